package dev.refrain.tier;

import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tells of a recording: all of it but the reply and what was asked, as bytes. */
final class HeadFormat {
  /*
   * head    = version key form born took input output bytes tags status ttl etag headers
   * version = 1 byte: 2 if the body has what was asked, else 1
   * key     = 32 bytes
   * born    = 8 bytes, milliseconds since the epoch; took, input, output likewise 8 each
   * bytes   = 4 bytes, the size of the reply
   * tags    = count (tag epoch)*
   * status  = 4 bytes
   * ttl     = 8 bytes, milliseconds, negative for none
   * headers = count (name value)*
   * count   = 4 bytes; form, tag, epoch, etag, name, value: length UTF-8, the length of 4 bytes
   */

  private static final byte VERSION = 1;
  private static final byte WITH_REQUEST = 2;
  private static final int KEY_BYTES = 32;
  private static final long NONE = -1;

  private HeadFormat() {}

  static byte[] write(Recording recording) {
    var out = new ByteSink();
    out.number1((recording.request() == null) ? VERSION : WITH_REQUEST);
    out.bytes(recording.slot().key().bytes());
    out.text(recording.slot().form().name());
    out.number8(recording.bornMillis()).number8(recording.tookMillis());
    out.number8(recording.usage().inputTokens()).number8(recording.usage().outputTokens());
    out.number4(recording.chunks().size());
    var stamp = recording.stamp();
    out.number4(stamp.tags().size());
    for (int i = 0; i < stamp.tags().size(); i++) {
      out.text(stamp.tags().get(i)).text(stamp.epochs().get(i));
    }
    var ttl = recording.ttlMax();
    out.number4(recording.status()).number8((ttl == null) ? NONE : ttl.toMillis());
    out.text(recording.etag());
    out.number4(recording.headers().size());
    recording.headers().forEach((name, value) -> out.text(name).text(value));
    return out.toBytes();
  }

  /** Returns whether what was asked stands in the body. */
  static boolean tellsOfRequest(byte[] head) throws IOException {
    return new ByteSource(head).number1() == WITH_REQUEST;
  }

  static Recording read(byte[] head, BodyFormat body) throws IOException {
    var chunks = body.chunks();
    var in = new ByteSource(head);
    var entry = entry(in, 0);
    if (entry.bytes() != chunks.size()) {
      throw new IOException("an entry with more or fewer bytes than it had");
    }
    int status = in.number4();
    long ttlMillis = in.number8();
    @Nullable Duration ttl = (ttlMillis < 0) ? null : Duration.ofMillis(ttlMillis);
    var etag = in.text();
    var headers = Headers.of(in.texts(2 * in.count()));
    in.end();
    return new Recording(
        entry.slot(),
        status,
        headers,
        chunks,
        entry.bornMillis(),
        entry.tookMillis(),
        entry.usage(),
        entry.stamp(),
        etag,
        ttl,
        body.request());
  }

  static Entry entry(byte[] head, long hits) throws IOException {
    return entry(new ByteSource(head), hits);
  }

  private static Entry entry(ByteSource in, long hits) throws IOException {
    int version = in.number1();
    if (version != VERSION && version != WITH_REQUEST) {
      throw new IOException("an entry of version " + version + ", not " + WITH_REQUEST);
    }
    var slot = new Slot(Key.of(in.bytes(KEY_BYTES)), new Form(in.text()));
    long born = in.number8();
    long took = in.number8();
    var usage = new Usage(in.number8(), in.number8());
    int bytes = in.number4();
    return new Entry(slot, stamp(in), born, took, usage, bytes, hits);
  }

  private static Stamp stamp(ByteSource in) throws IOException {
    int count = in.count();
    List<String> tags = new ArrayList<>(count);
    List<String> epochs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tags.add(in.text());
      epochs.add(in.text());
    }
    return new Stamp(tags, epochs);
  }
}
