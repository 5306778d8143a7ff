package dev.refrain.testing;

/** How long tests look that could look for ever: {@code -Drefrain.campaign=short}, or long. */
public final class Campaign {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));

  private Campaign() {}

  /** Returns how many rounds there are. */
  public static int rounds(int inShort, int inLong) {
    return LONG ? inLong : inShort;
  }
}
