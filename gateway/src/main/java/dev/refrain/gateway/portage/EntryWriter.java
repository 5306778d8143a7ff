package dev.refrain.gateway.portage;

import dev.refrain.Chunks;
import dev.refrain.Recording;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes entries as lines of JSON, as docs/export.md tells. For one thread. */
final class EntryWriter {
  /** So many further bytes an escape takes at most. */
  private static final int ESCAPE_BYTES = 5;

  private final Seal seal;
  private final LineLimits limits;
  private final OutputStream out;
  private long written;
  private long left;

  EntryWriter(Seal seal, LineLimits limits, OutputStream out) {
    this.seal = seal;
    this.limits = limits;
    this.out = out;
  }

  void begin(String time) throws IOException {
    var json = new JsonWriter().beginObject().name("refrain").string(EntryReader.KIND);
    json.name("version").number(EntryReader.VERSION).name("time").string(time);
    out.write(json.name("deployment").string(seal.deployment()).endObject().toBytes());
    out.write('\n');
  }

  void write(Recording recording) throws IOException {
    var bytes = line(recording);
    if (bytes.length >= limits.bytesMax() - EntryReader.SEAL_BYTES_MAX) {
      left++;
      return;
    }
    Json line;
    try {
      line = Json.parse(bytes, limits.json());
    } catch (JsonRejected e) {
      left++; // it has more chunks than anybody reads again
      return;
    }
    var sum = Seal.sum(line);
    out.write(bytes, 0, bytes.length - 1); // all but the brace at its end
    var rest = ",\"" + Seal.SUM + "\":\"" + sum + "\",\"" + Seal.SEAL + "\":\"" + seal.seal(sum);
    out.write((rest + "\"}\n").getBytes(StandardCharsets.US_ASCII));
    written++;
  }

  /** Ends the file, so that one that was cut is known by its end. */
  void end() throws IOException {
    var json = new JsonWriter().beginObject().name("entries").number(written);
    out.write(json.name("left").number(left).endObject().toBytes());
    out.write('\n');
  }

  private static byte[] line(Recording recording) {
    var slot = recording.slot();
    var json = new JsonWriter().beginObject().name("key").string(slot.key().toString());
    json.name("form").string(slot.form().name()).name("status").number(recording.status());
    json.name("headers").beginArray();
    recording
        .headers()
        .forEach((name, value) -> json.beginArray().string(name).string(value).endArray());
    json.endArray().name("born").number(recording.bornMillis());
    json.name("took").number(recording.tookMillis());
    var ttl = recording.ttlMax();
    if (ttl != null) {
      json.name("ttl").number(ttl.toMillis());
    }
    var usage = recording.usage();
    json.name("tokens").beginArray().number(usage.inputTokens());
    json.number(usage.outputTokens()).endArray().name("tags").beginArray();
    var stamp = recording.stamp();
    for (int i = 0; i < stamp.tags().size(); i++) {
      json.beginArray().string(stamp.tags().get(i)).string(stamp.epochs().get(i)).endArray();
    }
    body(recording.chunks(), json.endArray());
    return json.endObject().toBytes();
  }

  private static void body(Chunks chunks, JsonWriter json) {
    json.name("sizes").beginArray();
    for (int i = 0; i < chunks.count(); i++) {
      json.number(chunks.chunk(i).remaining());
    }
    json.endArray().name("times").beginArray();
    for (int i = 0; i < chunks.count(); i++) {
      json.number(chunks.millis(i));
    }
    json.endArray();
    var text = text(chunks);
    if (text == null) {
      json.name("base64").string(Base64.getEncoder().encodeToString(chunks.bytes()));
    } else {
      json.name("text").string(text.toString());
    }
  }

  /** Returns the body as a text; null if it is none, or would be longer than in base 64. */
  private static @Nullable CharBuffer text(Chunks chunks) {
    long longer = 0;
    for (byte one : chunks.bytes()) {
      longer += ((one >= 0 && one < ' ') || one == 0x7F) ? ESCAPE_BYTES : 0;
      longer += (one == '"' || one == '\\') ? 1 : 0;
    }
    if (longer > chunks.size() / 3) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(chunks.all());
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
