package dev.refrain.gateway.figures;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is first needed. Thread-safe. */
public final class Lazy<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private volatile @Nullable T made;

  public Lazy(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public T get() {
    var known = made;
    return (known == null) ? make() : known;
  }

  /** Does something with it, unless nobody needed it. */
  void ifMade(Consumer<T> action) {
    var known = made;
    if (known != null) {
      action.accept(known);
    }
  }

  private synchronized T make() {
    if (made == null) {
      made = maker.get();
    }
    return Objects.requireNonNull(made);
  }
}
