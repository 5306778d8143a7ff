package dev.refrain.gateway;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call that may not go upstream on the account of the one for whom it was to go. */
final class UnpaidException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable Caller caller; // of what was read from a stream, nobody
  private final Failure failure;

  /** Says so in words for the client. */
  UnpaidException(Caller caller, Failure failure, String message) {
    super(message);
    this.caller = caller;
    this.failure = failure;
  }

  /** Returns the one behind a failure, or null if that was another. */
  static @Nullable UnpaidException behind(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnpaidException unpaid) {
        return unpaid;
      }
    }
    return null;
  }

  /** Returns whether it was this one's account. */
  boolean isOf(Caller who) {
    return who.equals(caller);
  }

  Failure failure() {
    return failure;
  }

  /** Returns what to tell the client. */
  String words() {
    return String.valueOf(getMessage());
  }
}
