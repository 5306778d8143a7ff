package dev.refrain.redis;

import java.io.IOException;

/** Redis is not asked at all for now, since it did not answer. */
final class AwayException extends IOException {
  private static final long serialVersionUID = 1;

  AwayException() {
    super("Redis is away");
  }

  /** It comes often, and where from says nothing. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
