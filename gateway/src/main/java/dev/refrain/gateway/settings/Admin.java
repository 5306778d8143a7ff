package dev.refrain.gateway.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may use what belongs to the operator.
 *
 * @param token whoever shows it may; null if there is none
 * @param loopback whether whoever is on this machine may, without a token
 * @param hosts by whose names browsers may reach it, besides those of this machine
 */
public record Admin(@Nullable Secret token, boolean loopback, List<String> hosts) {
  /** Whoever is on this machine, and nobody else. */
  public static final Admin DEFAULT = new Admin(null, true, List.of());

  public Admin {
    hosts = List.copyOf(hosts);
  }
}
