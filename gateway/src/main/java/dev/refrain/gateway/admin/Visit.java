package dev.refrain.gateway.admin;

import dev.refrain.Headers;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request for the operator's pages, before anything of it is believed.
 *
 * @param peer at the other end of the connection; null if that has no address
 * @param encrypted whether the connection is
 * @param outdated whether it is spoken in HTTP/1.0, as proxies do that say nothing of themselves
 * @param hosts that it names as the one it is meant for, with their ports
 */
public record Visit(
    @Nullable InetAddress peer,
    boolean encrypted,
    boolean outdated,
    List<String> hosts,
    Headers headers) {

  public Visit {
    hosts = List.copyOf(hosts);
  }
}
