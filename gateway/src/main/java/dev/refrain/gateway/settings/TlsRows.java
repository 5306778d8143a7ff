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
    return pair(draft.values(), CERTIFICATE, KEY, draft);
  }

  /** Returns a certificate and its key, if both are given and fit. */
  static @Nullable Tls pair(
      Values values, Setting<String> certificateSetting, Setting<String> keySetting, Draft draft) {
    var certificate = readable(values, certificateSetting, draft);
    var key = readable(values, keySetting, draft);
    requireBoth(values, certificateSetting, keySetting, draft);
    requireBoth(values, keySetting, certificateSetting, draft);
    if (certificate == null || key == null) {
      return null;
    }
    complainOf(TlsFiles.faultOfCertificate(certificate), values, certificateSetting, draft);
    complainOf(TlsFiles.faultOfKey(key, certificate), values, keySetting, draft);
    return new Tls(certificate, key);
  }

  /** Returns the file that is named, if it can be read. */
  static @Nullable Path readable(Values values, Setting<String> setting, Draft draft) {
    var file = draft.file(values, setting);
    if (file == null || Files.isReadable(file)) {
      return file;
    }
    complainOf("cannot read the file '" + file + "'", values, setting, draft);
    return null;
  }

  private static void requireBoth(Values values, Setting<?> one, Setting<?> other, Draft draft) {
    if (values.isGiven(one) && !values.isGiven(other)) {
      complainOf("needs '" + other.path() + "' beside it", values, one, draft);
    }
  }

  /** Complains of a fault, if there is one. */
  static void complainOf(String fault, Values values, Setting<?> setting, Draft draft) {
    if (!fault.isEmpty()) {
      draft.complain(values.origin(setting), fault);
    }
  }
}
