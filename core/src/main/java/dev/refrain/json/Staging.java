package dev.refrain.json;

/** Gathers small slices, since many small writes to a digest cost more than their bytes. */
final class Staging implements ByteSink {
  private static final int SIZE = 1024;

  private final ByteSink sink;
  private final byte[] staged = new byte[SIZE];
  private int count;

  Staging(ByteSink sink) {
    this.sink = sink;
  }

  void write(int value) {
    if (count == SIZE) {
      flush();
    }
    staged[count++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length > SIZE - count) {
      flush();
      if (length > SIZE) {
        sink.write(bytes, offset, length);
        return;
      }
    }
    System.arraycopy(bytes, offset, staged, count, length);
    count += length;
  }

  void flush() {
    sink.write(staged, 0, count);
    count = 0;
  }
}
