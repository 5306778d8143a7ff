package dev.refrain.sqlite;

import java.nio.file.Path;

/** A process that stores and invalidates, and says what is on disk, until it is killed. */
final class Scribbler {
  private static final int AT_ONCE = 40;

  private Scribbler() {}

  /** Begins with the entry of this number. */
  public static void main(String[] arguments) throws Exception {
    long number = Long.parseLong(arguments[1]);
    try (var store = SqliteStore.open(SqliteStore.at(Path.of(arguments[0])))) {
      System.out.println("open");
      for (int round = 0; ; round++) {
        for (int i = 0; i < AT_ONCE; i++, number++) {
          store.tier().store(Samples.sized(number, (int) (number % 50) * 100));
        }
        if (round % 3 == 0) {
          store.epochs().write("doc:" + round % 100, "epoch " + number);
          System.out.println("epoch doc:" + round % 100 + " " + number);
        }
        store.tier().flush();
        System.out.println("flushed " + number);
      }
    }
  }
}
