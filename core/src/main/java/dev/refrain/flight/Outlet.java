package dev.refrain.flight;

/**
 * Takes chunks, and makes nobody wait.
 *
 * @param <C> a piece of a reply
 */
@FunctionalInterface
public interface Outlet<C> {
  /** Takes a chunk. Returns false if that was enough until it is said that it can take more. */
  boolean take(C chunk);
}
