package dev.refrain.gateway.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Credentials besides those of the upstreams, for the gateway keys that name them. */
final class CredentialRows {
  static final String NAME = "credentials";

  private static final Setting<String> ENV =
      Setting.optional(
          "credentials.NAME.env",
          Name.VARIABLE,
          "none",
          "The environment variable that holds the provider's key");
  private static final Setting<String> FILE =
      Setting.optional(
          "credentials.NAME.file",
          Name.FILE,
          "none",
          "The file that holds it, instead of a variable");

  private static final SecretSource SOURCE = new SecretSource(ENV, FILE);

  static final Section SECTION =
      new Section(
          NAME,
          "Further keys of providers, for the gateway keys made with --credential UPSTREAM=NAME;"
              + " all others use that of the upstream",
          List.of(ENV, FILE));

  private CredentialRows() {}

  /** Complains of a name that no credential can have, and does not show it: it may be the key. */
  static void checkName(String name, Origin origin, Complaints complaints) {
    try {
      Name.UPSTREAM.read(name);
    } catch (BadTextException e) {
      complaints.add(origin, "expected " + Name.UPSTREAM.expected());
    }
  }

  static Map<String, Secret> credentials(Draft draft, Map<String, String> environment) {
    var credentials = new HashMap<String, Secret>();
    for (var entry : draft.credentials().entrySet()) {
      var values = entry.getValue().values();
      var secret = SOURCE.read(values, draft, environment);
      if (secret != null) {
        credentials.put(entry.getKey(), secret);
      } else if (!SOURCE.isGiven(values) && !values.isFaulty()) {
        draft.complain(entry.getValue().origin(), "this credential needs an 'env' or a 'file'");
      }
    }
    if (!draft.credentials().isEmpty() && !draft.values().isGiven(GeneralRows.KEYS)) {
      draft.complain(
          draft.credentials().values().iterator().next().origin(),
          "'credentials' need 'keys', which say who may use them");
    }
    return credentials;
  }
}
