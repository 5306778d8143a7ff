package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.List;

/**
 * A provider.
 *
 * @param url http or https; a path is put before that of each request; without user-info, query and
 *     fragment
 * @param models which models it answers for: names, or beginnings of some followed by {@code *}
 */
public record UpstreamSettings(String name, URI url, List<String> models) {
  public UpstreamSettings {
    models = List.copyOf(models);
  }
}
