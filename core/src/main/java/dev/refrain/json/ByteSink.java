package dev.refrain.json;

/**
 * Takes bytes slice by slice. {@code MessageDigest::update}, {@code Mac::update} and {@code
 * ByteArrayOutputStream::write} are such sinks.
 */
@FunctionalInterface
public interface ByteSink {
  /** Takes a slice, which is only lent: it must be used or copied before this returns. */
  void write(byte[] bytes, int offset, int length);
}
