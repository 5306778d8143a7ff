package dev.refrain.gateway.express;

/** Memory for bodies that are not all there yet. */
public interface Room {
  /** Takes so many bytes, if there is room for them. */
  boolean tryTake(long bytes);

  void giveBack(long bytes);
}
