package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A provider that others have written, in a process of its own. It makes up ids for each answer,
 * and keeps a journal of its calls: so who is told the same again was answered from the cache, and
 * that nobody asked it is seen and not supposed.
 */
public final class Aimock implements AutoCloseable {
  /** What it answers to whatever begins with "Who". */
  public static final String SAID = "Wo man singt, da laß’ dich ruhig nieder. 🎶";

  private static final String JOURNAL = "/__aimock/journal";
  private static final int OK = 200;
  private static final int END_SECONDS_MAX = 20;

  private final Process process;
  private final URI url;
  private final HttpClient client = HttpClient.newHttpClient();

  private Aimock(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it; where that cannot be, the test is skipped. */
  public static Aimock start() throws IOException, InterruptedException {
    var process = Node.install().start("aimock.js");
    var output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    var first = String.valueOf(output.readLine());
    if (!first.startsWith("http://127.0.0.1:")) {
      process.destroy();
      throw new AssertionError("instead of its address aimock said: " + first);
    }
    return new Aimock(process, URI.create(first));
  }

  /** Returns where it listens. */
  public URI url() {
    return url;
  }

  /** Forgets which calls have come. */
  public void forget() throws IOException, InterruptedException {
    ask(
        HttpRequest.newBuilder(url.resolve("/__aimock/reset/journal"))
            .POST(BodyPublishers.noBody()));
  }

  /** Returns how many calls have come since it has forgotten. */
  public int calls() throws Exception {
    return journal().size();
  }

  /** Returns of which texts it was asked for embeddings, those of each call parted by blanks. */
  public List<String> embedded() throws Exception {
    var texts = new ArrayList<String>();
    for (var call : journal().elements()) {
      texts.add(call.get("body").get("embeddingInput").text());
    }
    return texts;
  }

  /** It notes a call before it answers. */
  private Json journal() throws Exception {
    return Json.parse(ask(HttpRequest.newBuilder(url.resolve(JOURNAL))).getBytes(UTF_8));
  }

  private String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    var reply = client.send(request.build(), BodyHandlers.ofString());
    if (reply.statusCode() != OK) {
      throw new AssertionError(reply + ": " + reply.body());
    }
    return reply.body();
  }

  @Override
  public void close() throws IOException {
    client.close();
    process.getOutputStream().close(); // with which it ends
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroy();
        throw new AssertionError("aimock did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has run out of time
      process.destroy();
    }
  }
}
