package dev.refrain.gateway;

import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.UpstreamSettings;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.net.URI;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Map.Entry;

/** A provider, reached by HTTP. Where it is comes from the configuration alone. */
final class HttpUpstream implements Upstream {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final HttpClients clients;
  private final URI url;
  private final boolean http2;
  private final Connections connections;

  HttpUpstream(HttpClients clients, UpstreamSettings settings, Connections connections) {
    this.clients = clients;
    this.url = settings.url();
    this.http2 = settings.http2();
    this.connections = connections;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    var opening = open(request.method(), request.target(), entries(request));
    HttpClientRequest outgoing;
    try {
      outgoing = Await.result(opening, connections.connectTime());
    } catch (InterruptedException | UpstreamTimeoutException e) {
      opening.onSuccess(HttpClientRequest::reset); // it came after all, and nobody wants it
      throw e;
    }
    // The reply is paused where it arrives, before a thread that waits for it could miss a chunk;
    // that is arranged before it can arrive.
    var replying =
        outgoing.response().map(response -> new HttpReply(response, connections.firstByteTime()));
    outgoing.end(BufferInternal.buffer(Unpooled.wrappedBuffer(request.body())));
    try {
      return Await.result(replying, connections.firstByteTime());
    } catch (InterruptedException | UpstreamTimeoutException e) {
      outgoing.reset();
      throw e;
    }
  }

  /** Opens a request to this provider, with all headers that may be passed on. */
  Future<HttpClientRequest> open(
      String method, String target, Iterable<Entry<String, String>> headers) {
    return open(http2 ? clients.http2() : clients.http1(), method, target, headers);
  }

  /** Opens a request that asks to leave HTTP/1.1 for what its headers name. */
  Future<HttpClientRequest> openUpgrade(
      String target, Iterable<Entry<String, String>> headers, String protocol) {
    return open(clients.http1(), "GET", target, headers)
        .map(
            outgoing -> outgoing.putHeader("connection", "Upgrade").putHeader("upgrade", protocol));
  }

  private Future<HttpClientRequest> open(
      HttpClient client, String method, String target, Iterable<Entry<String, String>> headers) {
    boolean tls = url.getScheme().equals("https");
    int port = (url.getPort() > 0) ? url.getPort() : (tls ? HTTPS_PORT : HTTP_PORT);
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost(url.getHost())
            .setPort(port)
            .setSsl(tls)
            .setURI(url.getRawPath().replaceAll("/+$", "") + target)
            .setConnectTimeout(connections.connectTime().toMillis());
    return client
        .request(options)
        .map(outgoing -> {
          outgoing.exceptionHandler(cause -> {}); // whoever waits for the reply is told
          HopByHop.copy(headers, outgoing.headers()::add);
          outgoing.headers().remove("host").remove("content-length").remove("expect");
          return outgoing;
        });
  }

  private static Iterable<Entry<String, String>> entries(Request request) {
    var entries = new ArrayList<Entry<String, String>>();
    request
        .headers()
        .forEach((name, value) -> entries.add(new SimpleImmutableEntry<>(name, value)));
    return entries;
  }
}
