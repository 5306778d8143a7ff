package dev.refrain;

/** The fleet of a process on its own. */
final class Solitude implements Fleet {
  private static final Boarding ALONE = new Boarding.Alone(Publisher.DIRECT);

  @Override
  public Boarding board(Errand errand) {
    return ALONE;
  }

  @Override
  public Publisher publisher() {
    return Publisher.DIRECT;
  }

  @Override
  public void close() {} // there is nobody to take leave of
}
