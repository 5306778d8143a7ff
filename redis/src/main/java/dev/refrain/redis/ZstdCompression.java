package dev.refrain.redis;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.refrain.tier.Compression;
import java.io.IOException;
import java.util.Arrays;

/** Zstandard for what is large enough, if it becomes clearly smaller. */
final class ZstdCompression implements Compression {
  /*
   * compressed = 0 bytes
   *            | 1 frame      a frame of Zstandard, which tells its size
   */

  private static final byte PLAIN = 0;
  private static final byte FRAME = 1;
  private static final int LEVEL = 1; // the next ones gain a few per cent, for twice the time
  private static final int BYTES_MIN = 4 << 10; // below, Redis saves less than it costs here
  private static final int EXPANDED_BYTES_MAX = 1 << 30;

  @Override
  public byte[] compress(byte[] bytes) {
    if (bytes.length >= BYTES_MIN && Native.LOADED) {
      var frame = Zstd.compress(bytes, LEVEL);
      if (frame.length < bytes.length - bytes.length / 8) {
        return marked(FRAME, frame);
      }
    }
    return marked(PLAIN, bytes);
  }

  @Override
  public byte[] expand(byte[] compressed) throws IOException {
    if (compressed.length == 0) {
      throw new IOException("neither compressed nor not");
    }
    var rest = Arrays.copyOfRange(compressed, 1, compressed.length);
    return switch (compressed[0]) {
      case PLAIN -> rest;
      case FRAME -> expandFrame(rest);
      default -> throw new IOException("compressed in a way that is not known");
    };
  }

  private static byte[] expandFrame(byte[] frame) throws IOException {
    if (!Native.LOADED) {
      throw new IOException("there is no Zstandard for this machine");
    }
    long size = Zstd.getFrameContentSize(frame);
    if (size < 0 || size > EXPANDED_BYTES_MAX) {
      throw new IOException("a frame of " + size + " bytes");
    }
    try {
      return Zstd.decompress(frame, (int) size);
    } catch (ZstdException e) {
      throw new IOException(e);
    }
  }

  private static byte[] marked(byte mark, byte[] bytes) {
    var marked = new byte[1 + bytes.length];
    marked[0] = mark;
    System.arraycopy(bytes, 0, marked, 1, bytes.length);
    return marked;
  }

  /** The library in C, which there may not be for every machine. Loaded when first needed. */
  private static final class Native {
    static final boolean LOADED = load();

    private static boolean load() {
      try {
        return Zstd.compress(new byte[1]).length > 0;
      } catch (LinkageError e) {
        return false; // large answers take more room, and that is all
      }
    }
  }
}
