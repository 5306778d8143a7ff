package dev.refrain.fleet;

import dev.refrain.Key;
import dev.refrain.Recording;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A store of which a test asks nothing but what it overrides. */
abstract class UnaskedTower implements Tower {
  private static AssertionError unasked(String what) {
    return new AssertionError("nobody should " + what);
  }

  @Override
  public Claim claim(Key key, Holder holder, Duration lease) {
    throw unasked("claim");
  }

  @Override
  public boolean renew(Key key, Holder holder, Duration lease) {
    throw unasked("renew");
  }

  @Override
  public void release(Key key, Holder holder) {
    throw unasked("release");
  }

  @Override
  public void turnDown(Key key, Holder holder, Duration remembered) {
    throw unasked("turn down");
  }

  @Override
  public boolean publish(Holder holder, Recording recording) {
    throw unasked("publish");
  }

  @Override
  public boolean offer(Recording recording) {
    throw unasked("offer");
  }

  @Override
  public void append(Key key, Holder holder, byte[] frame, Duration kept) {
    throw unasked("append");
  }

  @Override
  public void tell(Key key, Holder holder, byte[] frame, Duration kept) {
    throw unasked("tell");
  }

  @Override
  public Backlog read(Key key, Holder holder, int from) {
    throw unasked("read");
  }

  @Override
  public Wire listen(Key key, Holder holder, Consumer<byte[]> listener) {
    throw unasked("listen");
  }

  @Override
  public void hail(Key key, Holder holder, byte[] message) {
    throw unasked("hail");
  }

  @Override
  public void answer(String node, BiConsumer<Hailed, byte[]> listener) {} // nobody is hailed

  @Override
  public void close() {} // nothing is open
}
