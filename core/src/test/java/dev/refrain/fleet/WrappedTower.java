package dev.refrain.fleet;

import dev.refrain.Key;
import dev.refrain.Recording;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A tower that does as another does, unless a mutant says otherwise. */
class WrappedTower implements Tower {
  final Tower tower;

  WrappedTower(Tower tower) {
    this.tower = tower;
  }

  @Override
  public Claim claim(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    return tower.claim(key, holder, lease);
  }

  @Override
  public boolean renew(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    return tower.renew(key, holder, lease);
  }

  @Override
  public void release(Key key, Holder holder) throws IOException, InterruptedException {
    tower.release(key, holder);
  }

  @Override
  public void turnDown(Key key, Holder holder, Duration remembered)
      throws IOException, InterruptedException {
    tower.turnDown(key, holder, remembered);
  }

  @Override
  public boolean publish(Holder holder, Recording recording)
      throws IOException, InterruptedException {
    return tower.publish(holder, recording);
  }

  @Override
  public boolean offer(Recording recording) throws IOException, InterruptedException {
    return tower.offer(recording);
  }

  @Override
  public void append(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    tower.append(key, holder, frame, kept);
  }

  @Override
  public void tell(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    tower.tell(key, holder, frame, kept);
  }

  @Override
  public Backlog read(Key key, Holder holder, int from) throws IOException, InterruptedException {
    return tower.read(key, holder, from);
  }

  @Override
  public Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
      throws IOException, InterruptedException {
    return tower.listen(key, holder, listener);
  }

  @Override
  public void hail(Key key, Holder holder, byte[] message)
      throws IOException, InterruptedException {
    tower.hail(key, holder, message);
  }

  @Override
  public void answer(String node, BiConsumer<Hailed, byte[]> listener) {
    tower.answer(node, listener);
  }

  @Override
  public void close() {
    tower.close();
  }
}
