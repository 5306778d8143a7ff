package dev.refrain;

/**
 * The shape in which an answer is delivered: whole, as a stream, as a stream with usage, … Forms of
 * one {@link Key} tell the same answer; a dialect may turn one into another.
 */
public record Form(String name) {
  /** One body, all at once. */
  public static final Form WHOLE = new Form("whole");
}
