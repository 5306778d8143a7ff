package dev.refrain.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The simplest window: each chunk is an object. */
final class ListWindow<C> implements Window<C> {
  private final ToIntFunction<C> weigher;
  private final List<C> chunks = new ArrayList<>();
  private long start;

  private ListWindow(ToIntFunction<C> weigher) {
    this.weigher = weigher;
  }

  static <C> Window<C> of(ToIntFunction<C> weigher) {
    return new ListWindow<>(weigher);
  }

  static <C> Supplier<Window<C>> each(ToIntFunction<C> weigher) {
    return () -> of(weigher);
  }

  /** Returns a relay whose readers nobody counts. */
  static <H, C> Relay<H, C> relay(Window<C> window, long weightMax) {
    return new Relay<>(window, weightMax, relay -> relay.join(() -> {}));
  }

  @Override
  public int weigh(C chunk) {
    return weigher.applyAsInt(chunk);
  }

  @Override
  public long weight() {
    return chunks.stream().mapToLong(this::weigh).sum();
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return start + chunks.size();
  }

  @Override
  public void add(C chunk) {
    chunks.add(chunk);
  }

  @Override
  public C get(long number) {
    return chunks.get(Math.toIntExact(number - start));
  }

  @Override
  public void letGoBefore(long number) {
    chunks.subList(0, Math.toIntExact(number - start)).clear();
    start = number;
  }
}
