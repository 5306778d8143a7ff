package dev.refrain.gateway.keys;

/** Whether a call may go upstream on the account of its key. */
public sealed interface Departure {
  /** It goes, and its fare is to be settled. */
  record Departed(Fare fare) implements Departure {}

  /** What is left of the budget is held for calls under way; some of it may come back. */
  record Crowded() implements Departure {}

  /** The month's budget is used up. */
  record Spent(String budget) implements Departure {}
}
