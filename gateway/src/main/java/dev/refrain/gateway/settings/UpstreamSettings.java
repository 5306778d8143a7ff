package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.List;

/**
 * A provider.
 *
 * @param url http or https; a path is put before that of each request; without user-info, query and
 *     fragment
 * @param models which models it answers for: names, or beginnings of some followed by {@code *}
 * @param http2 whether HTTP/2 is spoken to it
 */
public record UpstreamSettings(String name, URI url, List<String> models, boolean http2) {
  public UpstreamSettings {
    models = List.copyOf(models);
  }

  /** One to which HTTP/1.1 is spoken. */
  public UpstreamSettings(String name, URI url, List<String> models) {
    this(name, url, models, false);
  }
}
