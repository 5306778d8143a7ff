package dev.refrain.fleet;

/** One reply of a {@link Provider}, as it meant it. */
final class Generation {
  final int number;
  final Node caller;
  final String ask;
  final Mood mood;
  final long begunNanos;
  private final StringBuilder text = new StringBuilder();
  private boolean whole;
  private long headNanos = Long.MAX_VALUE;
  private long failedNanos = Long.MIN_VALUE;

  /** How a reply comes about. */
  enum Mood {
    WELL,
    CUT_BEFORE_THE_HEAD,
    CUT,
    STATUS_503,
    REFUSAL,
    WRONG_TYPE
  }

  Generation(int number, Node caller, String ask, Mood mood) {
    this.number = number;
    this.caller = caller;
    this.ask = ask;
    this.mood = mood;
    this.begunNanos = caller.world.nanos();
  }

  void say(String word) {
    text.append(word);
  }

  void begin() {
    headNanos = caller.world.nanos();
  }

  void end() {
    whole = true;
  }

  void fail() {
    failedNanos = caller.world.nanos();
  }

  String text() {
    return text.toString();
  }

  /** Returns whether all of it was said. */
  boolean isWhole() {
    return whole;
  }

  boolean mayKeep() {
    return mood == Mood.WELL;
  }

  boolean mayShare() {
    return mood != Mood.WRONG_TYPE;
  }

  long headNanos() {
    return headNanos;
  }

  /** Returns when it failed, if it did. */
  long failedNanos() {
    return failedNanos;
  }

  @Override
  public String toString() {
    return number + " (" + mood + " for " + ask + " by " + caller.name + ")";
  }
}
