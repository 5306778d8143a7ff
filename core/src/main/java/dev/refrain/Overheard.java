package dev.refrain;

import dev.refrain.Landing.Live;
import dev.refrain.flight.FlightFailedException;
import dev.refrain.flight.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The reply to a flight of this process, as others of the fleet may follow it. */
record Overheard(Live live, Relay<Landing, ByteBuffer>.Reader reader) implements Fleet.Passage {
  /** Waits for the head; see {@link Fleet.Source#follow}. */
  static Fleet.@Nullable Passage of(Relay<Landing, ByteBuffer> relay)
      throws IOException, InterruptedException {
    var reader = relay.board();
    if (reader == null) {
      return null;
    }
    Fleet.Passage passage = null;
    try {
      passage =
          switch (head(reader)) {
            case Live live -> new Overheard(live, reader);
            case Landing.Fallback fallback -> throw new IOException("upstream failed");
            case Landing.Present present -> null;
            case Landing.AllPresent present -> null;
            case Landing.Released released -> null;
          };
      return passage;
    } finally {
      if (passage == null) {
        reader.close();
      }
    }
  }

  private static Landing head(Relay<Landing, ByteBuffer>.Reader reader)
      throws IOException, InterruptedException {
    try {
      return reader.head();
    } catch (IOException e) {
      throw told(e);
    }
  }

  /** Only what upstream did is a failure for others, too. */
  private static IOException told(IOException failure) {
    return failure instanceof FlightFailedException && failure.getCause() instanceof IOException
        ? new IOException(failure.getMessage(), failure)
        : new LeaderLostException("the flight was called back", failure);
  }

  @Override
  public int status() {
    return live.status();
  }

  @Override
  public Headers headers() {
    return live.headers();
  }

  @Override
  public boolean shared() {
    return live.shared();
  }

  @Override
  public Stamp stamp() {
    return live.stamp();
  }

  @Override
  public long departedMillis() {
    return live.departedMillis();
  }

  @Override
  public boolean ready() {
    return reader.isReady();
  }

  @Override
  public byte @Nullable [] next() throws IOException, InterruptedException {
    try {
      var chunk = reader.next();
      return (chunk == null) ? null : bytes(chunk);
    } catch (IOException e) {
      throw told(e);
    }
  }

  private static byte[] bytes(ByteBuffer chunk) {
    var bytes = new byte[chunk.remaining()];
    chunk.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    reader.close();
  }
}
