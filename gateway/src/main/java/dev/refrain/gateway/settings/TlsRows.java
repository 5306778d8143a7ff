package dev.refrain.gateway.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificate of the gateway. */
final class TlsRows {
  private static final Setting<String> CERTIFICATE =
      Setting.optional("tls.certificate", Name.FILE, "none", "The chain of certificates, as PEM");
  private static final Setting<String> KEY =
      Setting.optional("tls.key", Name.FILE, "none", "The private key, as PEM");

  static final Section SECTION =
      new Section("tls", "For HTTPS instead of HTTP", List.of(CERTIFICATE, KEY));

  private TlsRows() {}

  static @Nullable Tls tls(Draft draft) {
    var certificate = readable(draft, CERTIFICATE);
    var key = readable(draft, KEY);
    requireBoth(draft, CERTIFICATE, KEY);
    requireBoth(draft, KEY, CERTIFICATE);
    if (certificate == null || key == null) {
      return null;
    }
    complainOf(TlsFiles.faultOfCertificate(certificate), CERTIFICATE, draft);
    complainOf(TlsFiles.faultOfKey(key, certificate), KEY, draft);
    return new Tls(certificate, key);
  }

  private static @Nullable Path readable(Draft draft, Setting<String> setting) {
    var file = draft.file(setting);
    if (file == null || Files.isReadable(file)) {
      return file;
    }
    complainOf("cannot read the file '" + file + "'", setting, draft);
    return null;
  }

  private static void requireBoth(Draft draft, Setting<?> one, Setting<?> other) {
    if (draft.values().isGiven(one) && !draft.values().isGiven(other)) {
      complainOf("needs '" + other.path() + "' beside it", one, draft);
    }
  }

  private static void complainOf(String fault, Setting<?> setting, Draft draft) {
    if (!fault.isEmpty()) {
      draft.complain(draft.values().origin(setting), fault);
    }
  }
}
