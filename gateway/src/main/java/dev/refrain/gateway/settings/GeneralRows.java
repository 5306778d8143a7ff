package dev.refrain.gateway.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that stand alone, and the certificate of the gateway. */
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
  static final Setting<List<String>> CREDENTIAL_HEADERS =
      Setting.of(
          "credential-headers",
          Type.listOf(Name.HEADER),
          "",
          "Further request headers that say who asks: answers are shared only where they are equal");
  static final Section GENERAL =
      new Section("", "In general", List.of(LISTEN, MEMORY, CREDENTIAL_HEADERS));

  static final Setting<String> CERTIFICATE =
      Setting.optional("tls.certificate", Name.FILE, "none", "The chain of certificates, as PEM");
  static final Setting<String> KEY =
      Setting.optional("tls.key", Name.FILE, "none", "The private key, as PEM");
  static final Section TLS =
      new Section("tls", "For HTTPS instead of HTTP", List.of(CERTIFICATE, KEY));

  private GeneralRows() {}

  static Listen listen(Draft draft) {
    var address = draft.values().get(LISTEN);
    return new Listen(address.host(), address.port(), tls(draft));
  }

  private static @Nullable Tls tls(Draft draft) {
    var certificate = readable(draft, CERTIFICATE);
    var key = readable(draft, KEY);
    if (certificate != null && key != null) {
      return new Tls(certificate, key);
    }
    requireBoth(draft, CERTIFICATE, KEY);
    requireBoth(draft, KEY, CERTIFICATE);
    return null;
  }

  private static @Nullable Path readable(Draft draft, Setting<String> setting) {
    var file = draft.file(setting);
    if (file != null && !Files.isReadable(file)) {
      draft.complaints().add(draft.values().origin(setting), "cannot read the file '" + file + "'");
    }
    return file;
  }

  private static void requireBoth(Draft draft, Setting<?> one, Setting<?> other) {
    if (draft.values().isGiven(one) && !draft.values().isGiven(other)) {
      draft.complaints().add(draft.values().origin(one), "needs '" + other.path() + "' beside it");
    }
  }

  static long memoryBytes(Draft draft, long heapBytesMax) {
    Long bytes = draft.values().find(MEMORY);
    if (bytes == null) {
      return heapBytesMax / DEFAULT_SHARE_OF_HEAP;
    }
    if (bytes >= heapBytesMax) {
      draft
          .complaints()
          .add(
              draft.values().origin(MEMORY),
              "expected less than the Java heap, which can grow to %s (REFRAIN_JAVA_OPTS=-Xmx…)"
                  .formatted(Sizes.show(heapBytesMax)));
    }
    return bytes;
  }
}
