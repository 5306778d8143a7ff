package dev.refrain.tier;

import dev.refrain.Chunks;
import dev.refrain.Headers;
import dev.refrain.KeptRequest;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What of a recording does not stand in its head: the reply, and what was asked where it is kept.
 */
record BodyFormat(Chunks chunks, @Nullable KeptRequest request) {
  /*
   * body     = chunks            in version 1 of the head
   *          | request chunks    in version 2; chunks see ChunksFormat
   * request  = upstream method target headers content
   * headers  = count (name value)*
   * content  = length bytes
   * count and length = 4 bytes; upstream, method, target, name, value: length UTF-8
   */

  static byte[] write(Recording recording) {
    var request = recording.request();
    var out = new ByteSink();
    if (request != null) {
      write(request.request(), out);
    }
    ChunksFormat.write(recording.chunks(), out);
    return out.toBytes();
  }

  private static void write(Request request, ByteSink out) {
    out.text(request.upstream()).text(request.method()).text(request.target());
    out.number4(request.headers().size());
    request.headers().forEach((name, value) -> out.text(name).text(value));
    out.number4(request.body().length).bytes(request.body());
  }

  /**
   * Reads what was written.
   *
   * @param hasRequest whether the head says that there is one
   */
  static BodyFormat read(byte[] bytes, boolean hasRequest) throws IOException {
    var in = new ByteSource(bytes);
    var request = hasRequest ? request(in) : null;
    return new BodyFormat(ChunksFormat.read(in), request);
  }

  private static KeptRequest request(ByteSource in) throws IOException {
    var upstream = in.text();
    var method = in.text();
    var target = in.text();
    var headers = Headers.of(in.texts(2 * in.count()));
    var body = in.bytes(in.count());
    return KeptRequest.restored(Request.of(upstream, method, target, headers, body));
  }
}
