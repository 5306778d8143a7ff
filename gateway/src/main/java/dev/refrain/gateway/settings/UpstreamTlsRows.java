package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.List;

/** Who vouches for a provider, and for the gateway before it. */
final class UpstreamTlsRows {
  private static final Setting<String> AUTHORITIES =
      Setting.optional(
          "upstreams.NAME.tls-authorities",
          Name.FILE,
          "those that Java trusts",
          "The certificates of the authorities that may vouch for it, as PEM; then no others do");
  private static final Setting<String> CERTIFICATE =
      Setting.optional(
          "upstreams.NAME.tls-certificate",
          Name.FILE,
          "none",
          "The chain of certificates that is shown to it if it asks for one, as PEM");
  private static final Setting<String> KEY =
      Setting.optional(
          "upstreams.NAME.tls-key", Name.FILE, "none", "The private key of that, as PEM");

  static final List<Setting<?>> ALL = List.of(AUTHORITIES, CERTIFICATE, KEY);

  private UpstreamTlsRows() {}

  static UpstreamTls tls(URI url, Values values, Draft draft) {
    if (!url.getScheme().equals("https")) {
      for (var setting : ALL) {
        if (values.isGiven(setting)) {
          draft.complain(values.origin(setting), "needs a 'url' that begins with https");
        }
      }
      return UpstreamTls.USUAL;
    }
    var authorities = TlsRows.readable(values, AUTHORITIES, draft);
    if (authorities != null) {
      var fault = TlsFiles.faultOfCertificate(authorities);
      TlsRows.complainOf(fault, values, AUTHORITIES, draft);
    }
    return new UpstreamTls(authorities, TlsRows.pair(values, CERTIFICATE, KEY, draft));
  }
}
