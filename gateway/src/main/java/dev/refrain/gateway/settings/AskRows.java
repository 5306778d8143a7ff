package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The simplest endpoint. */
final class AskRows {
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

  private static final SecretSource CREDENTIAL = new SecretSource(CREDENTIAL_ENV, CREDENTIAL_FILE);

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
    var credential = CREDENTIAL.read(values, draft, environment);
    if (credential != null) {
      warnOfOpenPurse(draft);
    }
    return new Ask(
        values.get(MODEL),
        upstream,
        (credential == null) ? null : credential.value(),
        values.get(MAX_AGE));
  }

  private static void warnOfOpenPurse(Draft draft) {
    var listen = draft.values().get(GeneralRows.LISTEN);
    if (!listen.isLoopback()) {
      draft.warn(
          "%s: whoever reaches this machine can use /ask, at the expense of the key set for it"
              .formatted(draft.values().origin(GeneralRows.LISTEN)));
    }
  }
}
