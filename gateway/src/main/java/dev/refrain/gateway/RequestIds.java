package dev.refrain.gateway;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Names calls so that no two have the same name, not even in two processes. Thread-safe. */
final class RequestIds {
  private static final int RADIX = 36;
  private static final long PREFIXES = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

  private final String prefix;
  private final AtomicLong count = new AtomicLong();

  RequestIds() {
    long random = Math.floorMod(new SecureRandom().nextLong(), PREFIXES);
    prefix = Long.toString(random, RADIX) + "-";
  }

  /** Returns another name. */
  String next() {
    return prefix + Long.toString(count.incrementAndGet(), RADIX);
  }
}
