package dev.refrain.flight;

/** The chunks of a reply that may still be read, in their order. For one thread at a time. */
public interface Window<C> {
  /** Returns the number of its first chunk: so many have left. */
  long start();

  /** Returns the number of the chunk that comes next. */
  long end();

  /** Returns whether a chunk may lie beside those that are in it, if there is memory for it. */
  boolean fits(C chunk);

  /**
   * Takes a chunk over, to which nobody writes from now on, if it fits and there is memory for it.
   * Otherwise returns false.
   */
  boolean offer(C chunk);

  /** Takes a chunk over as {@link #offer} does, in any case. */
  void add(C chunk);

  /**
   * Returns the chunk with this number, which must be in it. What is returned stays as it is, even
   * when the chunk has been let go.
   */
  C get(long number);

  /** Lets go all chunks before the one with this number, which is at most the next. */
  void letGoBefore(long number);
}
