package dev.refrain.gateway.keys;

/** How much a key is good for; 0 stands for no bound. */
public record Quota(long callsPerMinute, long callsPerMonth, long tokensPerMonth) {
  /** No bounds at all. */
  public static final Quota NONE = new Quota(0, 0, 0);

  public Quota {
    if (callsPerMinute < 0 || callsPerMonth < 0 || tokensPerMonth < 0) {
      throw new IllegalArgumentException("a quota below zero");
    }
  }
}
