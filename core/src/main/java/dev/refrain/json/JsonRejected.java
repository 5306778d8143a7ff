package dev.refrain.json;

/**
 * A document was refused. The message tells the reason and the place but nothing of the contents,
 * so that it may be logged.
 */
public final class JsonRejected extends Exception {
  private static final long serialVersionUID = 1;

  /** Why a document was refused. */
  public enum Reason {
    NOT_UTF8,
    NOT_STRICT,
    LONE_SURROGATE,
    DUPLICATE_NAME,
    TOO_DEEP,
    TOO_LARGE
  }

  private final Reason reason;
  private final int offset;

  JsonRejected(Reason reason, int offset) {
    // No stack trace: refusing what a stranger sends must stay cheap.
    super(reason + " at byte " + offset, null, false, false);
    this.reason = reason;
    this.offset = offset;
  }

  public Reason reason() {
    return reason;
  }

  /** Returns about where in the document the trouble was found, in bytes from its start. */
  public int offset() {
    return offset;
  }
}
