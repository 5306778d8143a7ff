package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A part of an array. */
final class Slice {
  final byte[] bytes;
  final int from;
  final int to;

  Slice(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  int length() {
    return to - from;
  }

  boolean startsWith(char ascii) {
    return from < to && bytes[from] == ascii;
  }

  boolean startsWith(byte[] prefix) {
    return length() >= prefix.length
        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
  }

  /** Returns what remains after so many bytes. */
  Slice after(int count) {
    return new Slice(bytes, from + count, to);
  }

  /** Returns what comes before {@code end}, an index of the array. */
  Slice until(int end) {
    return new Slice(bytes, from, end);
  }

  /** Returns where the first such byte is, or the end if there is none. */
  int find(char ascii) {
    int at = from;
    while (at < to && bytes[at] != ascii) {
      at++;
    }
    return at;
  }

  /** Returns where the first line of this ends: at a CR or LF, or at the end if there is none. */
  int lineEnd() {
    int at = from;
    while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }

  String text() {
    return new String(bytes, from, length(), UTF_8);
  }

  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, from, length()).slice();
  }
}
