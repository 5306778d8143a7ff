package dev.refrain.gateway.settings;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may use what belongs to the operator. */
final class AdminRows {
  private static final int TOKEN_LENGTH_MIN = 16;

  private static final Setting<String> TOKEN_ENV =
      Setting.optional(
          "admin.token-env",
          Name.VARIABLE,
          "none",
          "The environment variable that holds the token: who shows it, as Authorization: Bearer,"
              + " may do all that is under /-/");
  private static final Setting<String> TOKEN_FILE =
      Setting.optional(
          "admin.token-file", Name.FILE, "none", "The file that holds it, instead of a variable");
  private static final Setting<Boolean> LOOPBACK =
      Setting.of(
          "admin.loopback",
          Type.truth(),
          "true",
          "Whether whoever is on this machine may do so without a token; set it to false behind a"
              + " proxy on this machine");
  private static final Setting<List<String>> HOSTS =
      Setting.of(
          "admin.hosts",
          Type.listOf(Name.HOST),
          "",
          "Names by which browsers may reach it, besides localhost and the address it listens on");

  private static final SecretSource TOKEN = new SecretSource(TOKEN_ENV, TOKEN_FILE);

  static final Section SECTION =
      new Section(
          "admin",
          "Who may use what belongs to the operator, under /-/",
          List.of(TOKEN_ENV, TOKEN_FILE, LOOPBACK, HOSTS));

  private AdminRows() {}

  static Admin admin(Draft draft, Map<String, String> environment) {
    var values = draft.values();
    var token = token(draft, environment);
    if (token != null && token.value().length() < TOKEN_LENGTH_MIN) {
      draft.complain(
          TOKEN.origin(values),
          "expected a token of at least %d characters, for instance of 'openssl rand -hex 32'"
              .formatted(TOKEN_LENGTH_MIN));
    }
    return new Admin(token, values.get(LOOPBACK), values.get(HOSTS));
  }

  static @Nullable Secret token(Draft draft, Map<String, String> environment) {
    return TOKEN.read(draft.values(), draft, environment);
  }
}
