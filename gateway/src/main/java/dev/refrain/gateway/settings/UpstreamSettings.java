package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider.
 *
 * @param url http or https; a path is put before that of each request; without user-info, query and
 *     fragment
 * @param models which models it answers for: names, or beginnings of some followed by {@code *}
 * @param http2 whether HTTP/2 is spoken to it
 * @param paths which paths it answers for if no model decides: paths, or beginnings of some
 * @param credential what the gateway shows it for callers who hold a gateway key; null for nothing
 * @param credentialHeader where it wants to be shown any
 * @param tls who vouches for it, if it is reached by https
 */
public record UpstreamSettings(
    String name,
    URI url,
    List<String> models,
    boolean http2,
    List<String> paths,
    @Nullable Secret credential,
    CredentialHeader credentialHeader,
    UpstreamTls tls) {

  public UpstreamSettings {
    models = List.copyOf(models);
    paths = List.copyOf(paths);
  }

  /** One to which HTTP/1.1 is spoken, and no credential of the gateway's shown. */
  public UpstreamSettings(String name, URI url, List<String> models) {
    this(
        name,
        url,
        models,
        false,
        List.of(),
        null,
        CredentialHeader.usual(name, url),
        UpstreamTls.USUAL);
  }
}
