package dev.refrain.gateway.settings;

import java.util.Comparator;

/** What is wrong, and where. Never holds a secret. */
public record Complaint(Origin origin, String message) {
  /** As one reads: the file from top to bottom, then the environment, then the flags. */
  static final Comparator<Complaint> IN_READING_ORDER =
      Comparator.comparingInt((Complaint complaint) -> rank(complaint.origin))
          .thenComparingInt(complaint -> line(complaint.origin))
          .thenComparingInt(complaint -> column(complaint.origin))
          .thenComparing(complaint -> complaint.origin.toString());

  @Override
  public String toString() {
    return origin + ": " + message;
  }

  private static int rank(Origin origin) {
    return switch (origin) {
      case Origin.Default unused -> 0;
      case Origin.Line unused -> 1;
      case Origin.Variable unused -> 2;
      case Origin.Flag unused -> 3;
    };
  }

  private static int line(Origin origin) {
    return (origin instanceof Origin.Line place) ? place.line() : 0;
  }

  private static int column(Origin origin) {
    return (origin instanceof Origin.Line place) ? place.column() : 0;
  }
}
