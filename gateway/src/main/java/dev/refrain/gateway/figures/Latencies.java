package dev.refrain.gateway.figures;

/** How long things took. Thread-safe. */
final class Latencies {
  private final PerResult<Histogram> answers =
      new PerResult<>(result -> new Histogram(Scale.TIMES));
  private final Histogram added = new Histogram(Scale.TIMES);
  private final Histogram firstChunk = new Histogram(Scale.TIMES);
  private final Histogram age = new Histogram(Scale.AGES);
  private final Window hitsLately = new Window(of(Result.REPLAYED));
  private final Window fetchesLately = new Window(of(Result.FETCHED));
  private final Window addedLately = new Window(added);
  private final Window firstChunkLately = new Window(firstChunk);

  Histogram of(Result result) {
    return answers.of(result);
  }

  void count(Visit visit) {
    of(visit.result()).add(visit.nanosUntil(System.nanoTime()));
    var answer = visit.answer();
    var known = (answer == null) ? null : answer.age();
    if (known != null) {
      age.add(known.ageMillis());
    }
    long more = visit.addedNanos();
    if (more >= 0) {
      added.add(more);
    }
  }

  Histogram added() {
    return added;
  }

  Histogram firstChunk() {
    return firstChunk;
  }

  Histogram age() {
    return age;
  }

  void tick(long nowMillis) {
    hitsLately.tick(nowMillis);
    fetchesLately.tick(nowMillis);
    addedLately.tick(nowMillis);
    firstChunkLately.tick(nowMillis);
  }

  Distribution hitsLately() {
    return hitsLately.lately();
  }

  Distribution fetchesLately() {
    return fetchesLately.lately();
  }

  Distribution addedLately() {
    return addedLately.lately();
  }

  Distribution firstChunkLately() {
    return firstChunkLately.lately();
  }
}
