package dev.refrain.gateway.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a provider and the gateway prove to each other who they are, if that is not as everywhere.
 *
 * @param authorities certificates in PEM, of which one must vouch for the provider; null for those
 *     that Java trusts
 * @param identity what the gateway shows if it is asked; null for nothing
 */
public record UpstreamTls(@Nullable Path authorities, @Nullable Tls identity) {
  /** The provider proves who it is to all the world, and the gateway only by what it says. */
  public static final UpstreamTls USUAL = new UpstreamTls(null, null);

  /** Returns whether there is anything about it that is not as everywhere. */
  public boolean isUsual() {
    return equals(USUAL);
  }
}
