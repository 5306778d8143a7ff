package dev.refrain.gateway.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is kept beyond the process. */
final class DataRows {
  /** Hold secrets themselves, and so are no settings, which are shown. */
  static final String SECRET_VARIABLE = "REFRAIN_SECRET";

  static final String OLD_SECRET_VARIABLE = "REFRAIN_SECRET_OLD";

  private static final String NONE = "none";
  private static final int SECRET_LENGTH_MIN = 16;

  static final Setting<String> DIRECTORY =
      Setting.optional(
          "data",
          Name.FILE,
          "$XDG_DATA_HOME/refrain, else ~/.local/share/refrain",
          "The directory in which answers outlast the process; none keeps them in memory alone");
  static final Setting<Long> SIZE =
      Setting.of(
          "data-size", Type.size("16MiB", "100TiB"), "4GiB", "How much is kept in that directory");
  static final Setting<String> SECRET_FILE =
      Setting.optional(
          "secret-file",
          Name.FILE,
          "none: what REFRAIN_SECRET holds, if it is set",
          "The file that holds the secret under which answers lie outside of the process,"
              + " encrypted");
  static final Setting<String> OLD_SECRET_FILE =
      Setting.optional(
          "secret-old-file",
          Name.FILE,
          "none: what REFRAIN_SECRET_OLD holds, if it is set",
          "The file that holds the secret before, so that what lies under it can still be read");

  static final Setting<Boolean> KEEP_REQUESTS =
      Setting.of(
          "keep-requests",
          Type.truth(),
          "false",
          "Whether what was asked is kept with each answer, under the same secret, and without who"
              + " asked: so that the console can show, search and refresh it");

  private DataRows() {}

  static Data data(Draft draft, Map<String, String> environment) {
    return new Data(
        directory(draft, environment),
        draft.values().get(SIZE),
        secrets(draft, environment),
        RedisRows.shared(draft, environment));
  }

  private static @Nullable Path directory(Draft draft, Map<String, String> environment) {
    if (!draft.values().isGiven(DIRECTORY)) {
      return usualDirectory(environment);
    }
    return NONE.equals(draft.values().find(DIRECTORY)) ? null : draft.file(DIRECTORY);
  }

  /** As freedesktop.org has it: a relative path is to be ignored. */
  private static @Nullable Path usualDirectory(Map<String, String> environment) {
    var data = environment.getOrDefault("XDG_DATA_HOME", "");
    if (!data.isEmpty() && Path.of(data).isAbsolute()) {
      return Path.of(data, "refrain");
    }
    var home = environment.getOrDefault("HOME", "");
    return home.isEmpty() ? null : Path.of(home, ".local", "share", "refrain");
  }

  private static List<Secret> secrets(Draft draft, Map<String, String> environment) {
    var secrets = new ArrayList<Secret>();
    var newest = secret(SECRET_VARIABLE, SECRET_FILE, draft, environment);
    var old = secret(OLD_SECRET_VARIABLE, OLD_SECRET_FILE, draft, environment);
    if (newest != null) {
      secrets.add(newest);
    }
    if (old != null) {
      secrets.add(old);
      if (environment.getOrDefault(SECRET_VARIABLE, "").isEmpty()
          && !draft.values().isGiven(SECRET_FILE)) {
        draft.complain(origin(OLD_SECRET_VARIABLE, OLD_SECRET_FILE, draft), "needs a new secret");
      }
    }
    return secrets;
  }

  private static @Nullable Secret secret(
      String variable, Setting<String> file, Draft draft, Map<String, String> environment) {
    var text = environment.getOrDefault(variable, "");
    var origin = origin(variable, file, draft);
    @Nullable Secret secret;
    if (draft.values().isGiven(file)) {
      if (!text.isEmpty()) {
        draft.complain(origin, "stands beside the variable " + variable);
        return null;
      }
      var path = draft.file(file);
      secret = (path == null) ? null : SecretSource.in(path, origin, draft);
    } else {
      secret = text.isEmpty() ? null : SecretSource.checked(text, origin, draft, "that variable");
    }
    if (secret != null && secret.value().length() < SECRET_LENGTH_MIN) {
      draft.complain(
          origin,
          "expected a secret of at least %d characters, for instance of 'openssl rand -hex 32'"
              .formatted(SECRET_LENGTH_MIN));
    }
    return secret;
  }

  private static Origin origin(String variable, Setting<String> file, Draft draft) {
    return draft.values().isGiven(file)
        ? draft.values().origin(file)
        : new Origin.Variable(variable);
  }
}
