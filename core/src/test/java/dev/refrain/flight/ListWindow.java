package dev.refrain.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The simplest window: each chunk is an object. */
final class ListWindow<C> implements Window<C> {
  private final ToIntFunction<C> weigher;
  private final long weightMax;
  private final Capacity memory;
  private final List<C> chunks = new ArrayList<>();
  private long start;

  private ListWindow(ToIntFunction<C> weigher, long weightMax, Capacity memory) {
    this.weigher = weigher;
    this.weightMax = weightMax;
    this.memory = memory;
  }

  static <C> ListWindow<C> of(ToIntFunction<C> weigher, long weightMax) {
    return of(weigher, weightMax, new Capacity(Long.MAX_VALUE));
  }

  /** Returns one that takes its memory from where others do, too. */
  static <C> ListWindow<C> of(ToIntFunction<C> weigher, long weightMax, Capacity memory) {
    return new ListWindow<>(weigher, weightMax, memory);
  }

  static <C> Supplier<Window<C>> each(ToIntFunction<C> weigher, long weightMax) {
    return () -> of(weigher, weightMax);
  }

  /** Returns a relay whose readers nobody counts. */
  static <H, C> Relay<H, C> relay(Window<C> window) {
    return new Relay<>(window, relay -> relay.join(() -> {}));
  }

  long weight() {
    return chunks.stream().mapToLong(weigher::applyAsInt).sum();
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
  public boolean fits(C chunk) {
    return weight() + weigher.applyAsInt(chunk) <= weightMax;
  }

  @Override
  public boolean offer(C chunk) {
    boolean takes = fits(chunk) && memory.tryTake(weigher.applyAsInt(chunk));
    if (takes) {
      chunks.add(chunk);
    }
    return takes;
  }

  @Override
  public void add(C chunk) {
    memory.take(weigher.applyAsInt(chunk));
    chunks.add(chunk);
  }

  @Override
  public C get(long number) {
    return chunks.get(Math.toIntExact(number - start));
  }

  @Override
  public void letGoBefore(long number) {
    var passed = chunks.subList(0, Math.toIntExact(number - start));
    passed.forEach(chunk -> memory.giveBack(weigher.applyAsInt(chunk)));
    passed.clear();
    start = number;
  }
}
