package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings that stand alone. */
final class GeneralRows {
  private static final int DEFAULT_SHARE_OF_HEAP = 4;

  static final Setting<Address> LISTEN =
      Setting.of("listen", new Address.AddressType(), "127.0.0.1:8484", "Where clients connect");
  static final Setting<Long> MEMORY =
      Setting.optional(
          "memory",
          Type.size("1MiB", "1TiB"),
          "a quarter of the heap",
          "How much is kept in memory");
  private static final Setting<List<String>> CREDENTIAL_HEADERS =
      Setting.of(
          "credential-headers",
          Type.listOf(Name.HEADER),
          "",
          "Further request headers that say who asks: answers are shared only where they are"
              + " equal");
  static final Setting<String> KEYS =
      Setting.optional(
          "keys",
          Name.FILE,
          "none: callers show the providers' own",
          "The file of gateway keys, without one of which nobody may ask; see refrain keys");
  static final Section GENERAL =
      new Section(
          "",
          "In general",
          List.of(
              LISTEN,
              MEMORY,
              DataRows.DIRECTORY,
              DataRows.SIZE,
              DataRows.SECRET_FILE,
              DataRows.OLD_SECRET_FILE,
              DataRows.KEEP_REQUESTS,
              KEYS,
              CREDENTIAL_HEADERS));

  private GeneralRows() {}

  static Listen listen(Draft draft) {
    var address = draft.values().get(LISTEN);
    return new Listen(address.host(), address.port(), TlsRows.tls(draft));
  }

  static List<String> credentialHeaders(Values values) {
    var names = new ArrayList<>(values.get(CREDENTIAL_HEADERS));
    names.addAll(ControlsRows.credentialHeaders(values));
    return names;
  }

  static long memoryBytes(Draft draft, long heapBytesMax) {
    Long bytes = draft.values().find(MEMORY);
    if (bytes == null) {
      return heapBytesMax / DEFAULT_SHARE_OF_HEAP;
    }
    if (bytes >= heapBytesMax) {
      draft.complain(
          draft.values().origin(MEMORY),
          "expected less than the Java heap, which can grow to %s (REFRAIN_JAVA_OPTS=-Xmx…)"
              .formatted(Sizes.show(heapBytesMax)));
    }
    return bytes;
  }

  static Access access(Draft draft, Map<String, String> environment) {
    if (draft.values().isGiven(KEYS) && draft.values().isGiven(CREDENTIAL_HEADERS)) {
      draft.complain(
          draft.values().origin(CREDENTIAL_HEADERS), "stands beside 'keys', which say who asks");
    }
    var credentials = CredentialRows.credentials(draft, environment);
    return new Access(draft.file(draft.values(), KEYS), credentials);
  }
}
