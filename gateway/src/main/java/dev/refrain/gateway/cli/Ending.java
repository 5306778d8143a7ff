package dev.refrain.gateway.cli;

/** How the program comes to its end. */
@FunctionalInterface
public interface Ending {
  /** Waits until the program is told to end, then stops, then returns, if there is still time. */
  void await(Runnable stop) throws InterruptedException;
}
