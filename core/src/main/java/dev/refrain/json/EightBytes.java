package dev.refrain.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of an array at once, the first of them lowest, for scanning by arithmetic. */
final class EightBytes {
  /** One in each of the eight; times a byte, it is that byte in each. */
  static final long EACH = 0x0101010101010101L;

  static final long HIGH_BITS = EACH << 7;

  private static final VarHandle VIEW =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private EightBytes() {}

  static long at(byte[] bytes, int index) {
    return (long) VIEW.get(bytes, index);
  }
}
