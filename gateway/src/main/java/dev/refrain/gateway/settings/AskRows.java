package dev.refrain.gateway.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The simplest endpoint. What holds its credential is never shown, lest it be the secret itself.
 */
final class AskRows {
  private static final int CREDENTIAL_LENGTH_MAX = 8192;
  private static final String DEMO_MODEL = "demo";

  private static final Setting<String> MODEL =
      Setting.of("ask.model", Name.MODEL, DEMO_MODEL, "The model, if the question names none");
  private static final Setting<String> UPSTREAM =
      Setting.of(
          "ask.upstream", Name.UPSTREAM, "openai", "The upstream, except for the model 'demo'");
  private static final Setting<String> CREDENTIAL_ENV =
      Setting.optional(
          "ask.credential-env",
          Name.VARIABLE,
          "none",
          "The environment variable that holds the key which is shown to the upstream");
  private static final Setting<String> CREDENTIAL_FILE =
      Setting.optional(
          "ask.credential-file",
          Name.FILE,
          "none",
          "The file that holds it, instead of a variable");
  private static final Setting<Duration> MAX_AGE =
      Setting.of(
          "ask.max-age",
          Type.duration("0", "3650d"),
          "1h",
          "How long browsers and CDNs may keep an answer");

  static final Section SECTION =
      new Section(
          "ask",
          "How /ask?q=… is answered",
          List.of(MODEL, UPSTREAM, CREDENTIAL_ENV, CREDENTIAL_FILE, MAX_AGE));

  private AskRows() {}

  static Ask ask(Draft draft, Map<String, String> environment) {
    var values = draft.values();
    String upstream = values.get(UPSTREAM);
    if (!draft.upstreams().containsKey(upstream)) {
      draft.complain(
          values.origin(UPSTREAM),
          "no upstream is called %s%s"
              .formatted(
                  BadTextException.quoted(upstream),
                  Nearest.hint(upstream, draft.upstreams().keySet())));
    }
    if (values.isGiven(MODEL)
        && values.get(MODEL).equals(DEMO_MODEL)
        && !values.get(DemoRows.ENABLED)) {
      draft.complain(values.origin(MODEL), "the model 'demo' is off (demo.enabled)");
    }
    String credential = credential(draft, environment);
    if (credential != null) {
      warnOfOpenPurse(draft);
    }
    return new Ask(values.get(MODEL), upstream, credential, values.get(MAX_AGE));
  }

  private static void warnOfOpenPurse(Draft draft) {
    var listen = draft.values().get(GeneralRows.LISTEN);
    if (!listen.isLoopback()) {
      draft.warn(
          "%s: whoever reaches this machine can use /ask, at the expense of the key set for it"
              .formatted(draft.values().origin(GeneralRows.LISTEN)));
    }
  }

  private static @Nullable String credential(Draft draft, Map<String, String> environment) {
    var values = draft.values();
    if (values.isGiven(CREDENTIAL_ENV) && values.isGiven(CREDENTIAL_FILE)) {
      draft.complain(
          values.origin(CREDENTIAL_FILE),
          "stands beside 'ask.credential-env' (" + values.origin(CREDENTIAL_ENV) + ")");
      return null;
    }
    String variable = values.find(CREDENTIAL_ENV);
    if (variable != null) {
      String credential = environment.getOrDefault(variable, "");
      return checked(credential, values.origin(CREDENTIAL_ENV), draft, "that environment variable");
    }
    Path file = draft.file(CREDENTIAL_FILE);
    return (file == null) ? null : credentialIn(file, draft);
  }

  private static @Nullable String credentialIn(Path file, Draft draft) {
    var origin = draft.values().origin(CREDENTIAL_FILE);
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(CREDENTIAL_LENGTH_MAX + 1);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return checked(text.strip(), origin, draft, "that file");
    } catch (IOException e) {
      draft.complain(origin, "cannot read that file");
      return null;
    }
  }

  private static @Nullable String checked(
      String credential, Origin origin, Draft draft, String where) {
    if (credential.isEmpty()) {
      draft.complain(origin, "expected a key, and there is nothing in " + where);
      return null;
    }
    boolean plain = credential.length() <= CREDENTIAL_LENGTH_MAX;
    for (int i = 0; i < credential.length() && plain; i++) {
      plain = credential.charAt(i) > ' ' && credential.charAt(i) < 0x7f;
    }
    if (!plain) {
      draft.complain(origin, "what stands in " + where + " can be no key");
      return null;
    }
    return credential;
  }
}
