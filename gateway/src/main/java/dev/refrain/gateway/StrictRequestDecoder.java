package dev.refrain.gateway;

import dev.refrain.gateway.express.Intake;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.HttpUtils;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads requests of HTTP/1.1 as Vert.x does, but refuses headers that go on in the next line (RFC
 * 9112, 5.2), as not all readers take them for one, and does not hear of half an upgrade. For one
 * connection.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder implements Intake {
  /*
   * Netty joins such lines, and nothing of it can be seen in what it gives. What it consumes in one
   * step is either a piece of a body or whole lines; so lines are looked at when they have been
   * consumed, and their verdict is put into what came of them.
   *
   * Vert.x says no to a first request that wants HTTP/2 and does not say how, says that this is the
   * last answer, and then goes on to read and to answer. An upgrade may be ignored (RFC 9110, 7.8).
   *
   * A hit should not pay for this. Nearly every head is consumed in one step, and then its length
   * tells whether there were as many lines as names, each with its two bytes at the end.
   */

  private static final String NAME = "httpDecoder"; // as Vert.x calls it
  private static final int END_OF_LINE_BYTES = 2;
  private static final String H2C = "h2c";
  private static final String H2C_SETTINGS = "http2-settings";

  private int names;
  private boolean beginning = true; // of a request, as far as lines are concerned
  private boolean folded;
  private boolean refused;
  private long requests;

  private StrictRequestDecoder(Http1ServerConfig config) {
    super(config);
  }

  /** Takes the place of Vert.x's decoder, if HTTP/1.1 is spoken and nothing was decoded yet. */
  static void replaceIn(ChannelPipeline pipeline, Http1ServerConfig config) {
    if (pipeline.get(NAME) != null) {
      pipeline.replace(NAME, NAME, new StrictRequestDecoder(config));
    }
  }

  @Override
  public long requests() {
    return requests;
  }

  @Override
  public boolean isBetweenRequests() {
    return beginning && !refused && actualReadableBytes() == 0;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (refused) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    int from = buffer.readerIndex();
    int known = out.size();
    super.decode(context, buffer, out);
    boolean ofBody =
        out.size() > known && out.get(known) instanceof HttpContent piece && !isEmpty(piece);
    if (!ofBody) {
      folded |= !isWhole(out, known, buffer.readerIndex() - from) && hasFolds(buffer, from);
      beginning &= buffer.readerIndex() == from;
    }
    if (out.size() > known) {
      if (out.get(known) instanceof HttpRequest request && requests++ == 0) {
        forgetHalfAnUpgrade(request.headers());
      }
      judge(out, known);
    }
  }

  private static void forgetHalfAnUpgrade(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.UPGRADE, H2C, true) && !isWholeUpgrade(headers)) {
      headers.remove(HttpHeaderNames.UPGRADE);
    }
  }

  private static boolean isWholeUpgrade(HttpHeaders headers) {
    var settings = headers.get(H2C_SETTINGS);
    var options =
        Stream.of(headers.get(HttpHeaderNames.CONNECTION, "").split(",", -1))
            .map(option -> option.strip().toLowerCase(Locale.ROOT))
            .toList();
    return options.containsAll(List.of("upgrade", H2C_SETTINGS))
        && settings != null
        && HttpUtils.decodeSettings(settings) != null;
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    names++;
    return super.splitHeaderName(line, start, length);
  }

  /** Returns whether what was consumed is a head, from its beginning, with one line per name. */
  private boolean isWhole(List<Object> out, int known, int consumed) {
    return beginning
        && out.size() > known
        && out.get(known) instanceof HttpRequest request
        && request.decoderResult() instanceof HttpMessageDecoderResult sizes
        && consumed
            == sizes.initialLineLength()
                + sizes.headerSize()
                + END_OF_LINE_BYTES * (names + 2); // that of the request, and the empty one
  }

  private boolean hasFolds(ByteBuf buffer, int from) {
    int to = buffer.readerIndex();
    if (!beginning && from < to && isBlank(buffer.getByte(from))) {
      return true;
    }
    int end = buffer.indexOf(from, to, HttpConstants.LF);
    while (end >= 0 && end + 1 < to) {
      if (isBlank(buffer.getByte(end + 1))) {
        return true;
      }
      end = buffer.indexOf(end + 1, to, HttpConstants.LF);
    }
    return false;
  }

  private void judge(List<Object> out, int known) {
    if (folded && out.get(known) instanceof HttpRequest request) {
      if (request.decoderResult().isSuccess()) { // else it is refused already
        request.setDecoderResult(refusal());
        out.subList(known + 1, out.size()).clear();
        refused = true;
      }
    } else if (folded && out.get(known) instanceof LastHttpContent) {
      var last = new DefaultLastHttpContent();
      last.setDecoderResult(refusal());
      out.set(known, last);
      refused = true;
    }
    if (out.getLast() instanceof LastHttpContent) {
      names = 0;
      beginning = true;
    }
  }

  private static DecoderResult refusal() {
    return DecoderResult.failure(new IllegalArgumentException("a header goes on in the next line"));
  }

  private static boolean isEmpty(HttpContent piece) {
    return !piece.content().isReadable();
  }

  private static boolean isBlank(byte character) {
    return character == HttpConstants.SP || character == HttpConstants.HT;
  }
}
