package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A message of Protocol Buffers, read without its schema. */
final class ProtoMessage {
  private final Map<Integer, List<byte[]>> bytes = new TreeMap<>();
  private final Map<Integer, Long> numbers = new TreeMap<>();

  ProtoMessage(byte[] message) {
    var in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      int field = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case 0 -> numbers.put(field, varint(in));
        case 1 -> numbers.put(field, in.getLong());
        case 2 -> {
          var content = new byte[(int) varint(in)];
          in.get(content);
          bytes.computeIfAbsent(field, made -> new ArrayList<>()).add(content);
        }
        case 5 -> numbers.put(field, (long) in.getInt());
        default -> throw new IllegalArgumentException("no message: a field of type " + (tag & 7));
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("no message: a number without end");
  }

  boolean has(int field) {
    return bytes.containsKey(field);
  }

  List<ProtoMessage> messages(int field) {
    return bytes.getOrDefault(field, List.of()).stream().map(ProtoMessage::new).toList();
  }

  String text(int field) {
    return bytes.containsKey(field) ? new String(bytes.get(field).getFirst(), UTF_8) : "";
  }

  String hex(int field) {
    return bytes.containsKey(field) ? HexFormat.of().formatHex(bytes.get(field).getFirst()) : "";
  }

  long number(int field) {
    return numbers.getOrDefault(field, 0L);
  }

  /** Returns the only number, whatever its field. */
  long anyNumber() {
    return numbers.isEmpty() ? 0 : numbers.values().iterator().next();
  }
}
