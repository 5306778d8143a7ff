package dev.refrain;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** What of a body decides the answer, as it goes into the key, but for looking at. */
final class CanonicalCopy {
  private CanonicalCopy() {}

  /** Returns it; null if the request is not clear, or asks for several things. */
  static byte @Nullable [] of(Dialect dialect, Request request) {
    if (!(dialect.read(request) instanceof Reading.Clear clear)) {
      return null;
    }
    var copy = new Copying();
    clear.body().addTo(copy);
    return copy.digest();
  }

  /** A digest that is all of what it digests. */
  private static final class Copying extends MessageDigest {
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    Copying() {
      super("copy");
    }

    @Override
    protected void engineUpdate(byte input) {
      copy.write(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      copy.write(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      return copy.toByteArray();
    }

    @Override
    protected void engineReset() {
      copy.reset();
    }
  }
}
