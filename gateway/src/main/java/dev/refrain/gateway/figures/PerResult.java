package dev.refrain.gateway.figures;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** One value for each result. */
final class PerResult<T> {
  private final Map<Result, T> values = new EnumMap<>(Result.class);

  PerResult(Function<Result, T> maker) {
    for (var result : Result.values()) {
      values.put(result, maker.apply(result));
    }
  }

  T of(Result result) {
    return Objects.requireNonNull(values.get(result), "there is one for each");
  }

  void forEach(BiConsumer<Result, T> taker) {
    values.forEach(taker);
  }
}
