package dev.refrain.gateway.express;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A whole answer as HTTP/1.1 writes it: put its headers, then its body. */
public final class AnswerBytes {
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] LENGTH = "content-length: ".getBytes(US_ASCII);
  private static final byte[] END_OF_LINE = {'\r', '\n'};
  private static final int HEAD_BYTES = 512; // of most
  private static final char DELETE = 0x7f;
  private static final char LATIN_MAX = 0xff;

  private final ByteBuf bytes;
  private boolean broken;

  public AnswerBytes(ByteBufAllocator allocator, int status, int bodyBytes) {
    bytes = allocator.ioBuffer(HEAD_BYTES + bodyBytes);
    var line = HttpResponseStatus.valueOf(status);
    bytes.writeBytes(VERSION);
    text(line.codeAsText());
    bytes.writeByte(' ');
    text(line.reasonPhrase());
    bytes.writeBytes(END_OF_LINE);
  }

  /** Writes a header. */
  public void put(CharSequence name, CharSequence value) {
    text(name);
    bytes.writeByte(':').writeByte(' ');
    text(value);
    bytes.writeBytes(END_OF_LINE);
  }

  /** A line's end within a header would begin another answer. */
  private void text(CharSequence text) {
    if (text instanceof AsciiString constant) {
      bytes.writeBytes(constant.array(), constant.arrayOffset(), constant.length());
      return;
    }
    int length = text.length();
    bytes.ensureWritable(length);
    int index = bytes.writerIndex();
    for (int i = 0; i < length; i++) {
      char character = text.charAt(i);
      broken |= character > LATIN_MAX || character == DELETE;
      broken |= character < ' ' && character != '\t';
      bytes.setByte(index + i, character);
    }
    bytes.writerIndex(index + length);
  }

  /** Returns all of it, or null if a header cannot be written. */
  public @Nullable ByteBuf end(ByteBuffer body) {
    bytes.writeBytes(LENGTH);
    text(Integer.toString(body.remaining()));
    bytes.writeBytes(END_OF_LINE).writeBytes(END_OF_LINE).writeBytes(body);
    if (broken) {
      bytes.release();
      return null;
    }
    return bytes;
  }
}
