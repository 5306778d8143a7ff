package dev.refrain.fleet;

import dev.refrain.Headers;
import dev.refrain.Stamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a leader tells those who follow. */
sealed interface Frame {
  /*
   * frame  = 'o' index status:int departed:long texts texts texts   Opening: headers, tags, epochs
   *        | 'c' index count:int { bytes }                          Chunks
   *        | 'e' index ending text                                  End
   *        | 'h' next:int                                           Heard
   *        | 'g'                                                    Gone
   * ending = 'w' | 't' | 'f' | 's' | 'a' | 'l'           see Ending
   * index  = int                                    the frame's place in the relay, from 0
   * texts  = count:int { bytes }                    UTF-8; headers are name, value, name, …
   * text   = bytes
   * bytes  = length:int { byte }
   *
   * Numbers are big-endian. Frames with an index are kept in the relay at that index, and come in
   * the order of opening, chunks …, end; the others are passing remarks. A version that changes any
   * of this must use other letters: processes of two versions may meet for a while.
   */

  /** A frame that is kept. */
  sealed interface Kept extends Frame {
    /** Returns its place. */
    int index();
  }

  /** The head of a reply that all may share. */
  record Opening(int index, int status, long departedMillis, Headers headers, Stamp stamp)
      implements Kept {}

  /** Some chunks. */
  record Chunks(int index, List<byte[]> chunks) implements Kept {}

  /** The end of all that is told. */
  record End(int index, Ending ending, String message) implements Kept {}

  /**
   * The leader flies on, and has heard whoever hailed him.
   *
   * @param next the index of the next frame to be kept
   */
  record Heard(int next) implements Frame {}

  /** The process of the leader knows nothing of his flight, or no more: it has landed. */
  record Gone() implements Frame {}

  /** How a flight has ended for those who follow. */
  enum Ending {
    /** All of the reply was told. */
    WHOLE('w'),
    /** The reply is not to be shared, and nor would be the next. */
    TURNED_DOWN('t'),
    /** Upstream failed. */
    FAILED('f'),
    /** Upstream took too long. */
    TOO_SLOW('s'),
    /** The leader has given up. */
    ABANDONED('a'),
    /** The reply can only be had from its beginning, which is gone. */
    TOO_LATE('l');

    private final char letter;

    Ending(char letter) {
      this.letter = letter;
    }
  }

  /** Returns this as bytes. */
  default byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      switch (this) {
        case Opening opening -> {
          start(out, 'o', opening);
          out.writeInt(opening.status);
          out.writeLong(opening.departedMillis);
          var headers = new ArrayList<String>();
          opening.headers.forEach((name, value) -> {
            headers.add(name);
            headers.add(value);
          });
          write(out, headers);
          write(out, opening.stamp.tags());
          write(out, opening.stamp.epochs());
        }
        case Chunks some -> {
          start(out, 'c', some);
          out.writeInt(some.chunks.size());
          for (var chunk : some.chunks) {
            write(out, chunk);
          }
        }
        case End end -> {
          start(out, 'e', end);
          out.writeByte(end.ending.letter);
          write(out, end.message.getBytes(StandardCharsets.UTF_8));
        }
        case Heard heard -> {
          out.writeByte('h');
          out.writeInt(heard.next);
        }
        case Gone gone -> out.writeByte('g');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return bytes.toByteArray();
  }

  private static void start(DataOutputStream out, char kind, Kept frame) throws IOException {
    out.writeByte(kind);
    out.writeInt(frame.index());
  }

  private static void write(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (var text : texts) {
      write(out, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Returns the frame in these bytes.
   *
   * @throws IOException if there is none
   */
  static Frame of(byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    Frame frame =
        switch (in.readByte()) {
          case 'o' ->
              new Opening(
                  in.readInt(),
                  in.readInt(),
                  in.readLong(),
                  headers(in),
                  new Stamp(texts(in), texts(in)));
          case 'c' -> new Chunks(in.readInt(), chunks(in));
          case 'e' -> new End(in.readInt(), ending(in.readByte()), text(in));
          case 'h' -> new Heard(in.readInt());
          case 'g' -> new Gone();
          default -> throw new IOException("a frame of an unknown kind");
        };
    if (in.available() > 0) {
      throw new IOException("a frame with something behind it");
    }
    return frame;
  }

  private static Headers headers(DataInputStream in) throws IOException {
    var texts = texts(in);
    if (texts.size() % 2 != 0) {
      throw new IOException("a header without a value");
    }
    return Headers.of(texts);
  }

  private static Ending ending(byte letter) throws IOException {
    for (var ending : Ending.values()) {
      if (ending.letter == letter) {
        return ending;
      }
    }
    throw new IOException("an unknown ending");
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    return chunks(in).stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static List<byte[]> chunks(DataInputStream in) throws IOException {
    int count = size(in);
    var chunks = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      chunks.add(bytes(in));
    }
    return chunks;
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    var bytes = new byte[size(in)];
    in.readFully(bytes);
    return bytes;
  }

  /** No size can be larger than what is left. */
  private static int size(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > in.available()) {
      throw new IOException("a frame that is cut");
    }
    return size;
  }
}
