package dev.refrain.flight;

import java.util.AbstractList;

/** All chunks of a reply, as they lie in its window, for as long as nothing changes there. */
final class Whole<C> extends AbstractList<C> {
  private final Window<C> window;

  Whole(Window<C> window) {
    this.window = window;
  }

  @Override
  public C get(int index) {
    return window.get(index);
  }

  @Override
  public int size() {
    return Math.toIntExact(window.end());
  }
}
