package dev.refrain;

import org.jspecify.annotations.Nullable;

/** Something that a {@link Listener} may like to know. */
public sealed interface Event {
  /** A call was answered: its head is known, its body may still be under way. */
  record Answered(Call call, Outcome outcome, int status, @Nullable Reason reason)
      implements Event {}

  /** A reply was kept. */
  record Kept(Slot slot, int bytes, long tookMillis, Usage usage) implements Event {}

  /** A reply was not kept. */
  record NotKept(Slot slot, Reason reason) implements Event {}

  /** A tier is in trouble, which was a miss for the caller, or a reply not kept. */
  record TierFailed(String tier, Exception cause) implements Event {}

  /** A refresh behind a caller's back came to nothing. */
  record RefreshFailed(Slot slot, Throwable cause) implements Event {}
}
