package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.ResponseReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each event of which OpenAI's client knows the type comes through the gateway, and comes back from
 * the cache, to the byte and as the client reads it.
 */
@Timeout(60)
@SuppressWarnings("InlineFormatString") // what is asked is seen at once
final class VendorEventsTest {
  private static final String PATH = "/v1/responses";
  private static final String ASKED = "{\"model\":\"gpt-5\",\"input\":\"%s\",\"stream\":true}";
  private static final String ERROR =
      """
      event: error
      data: {"type":"error","sequence_number":1,"code":"server_error","message":"x","param":null}

      """;

  private final List<OpenAIClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(OpenAIClient::close);
    stage.close();
  }

  @Test
  void eachComesAndComesBack() throws Exception {
    var seen = new TreeSet<String>();
    var whole = ResponseReply.PLAIN.whole();
    var failed =
        whole
            .replaceFirst("\"completed\"", "\"failed\"")
            .replace(
                "\"error\": null", "\"error\": {\"code\": \"server_error\", \"message\": \"x\"}");
    seen.addAll(told("all", events("completed", whole), true));
    seen.addAll(told("cut", events("incomplete", ResponseReply.CUT_SHORT.whole()), false));
    seen.addAll(told("failed", events("failed", failed), false));
    seen.addAll(told("error", List.of(events("completed", whole).getFirst(), ERROR), false));

    assertThat(seen).containsExactlyElementsOf(kinds().map(Method::getName).sorted().toList());
  }

  /** Has a stream told twice, and returns the kinds of its events. */
  private Set<String> told(String question, List<String> events, boolean kept) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.stream(events)));
    var expected = read(client(stage.provider().url().toString()), question);
    int calls = stage.provider().calls();
    for (int i = 0; i < 2; i++) {
      var asked = Wire.post(PATH, ASKED.formatted(question), "authorization: Bearer sk-1");
      assertThat(stage.call(asked).text()).isEqualTo(String.join("", events));
    }
    var client = through();
    for (int i = 0; i < 2; i++) {
      assertThat(read(client, question)).isEqualTo(expected);
      stage.awaitCalm();
    }
    assertThat(stage.provider().calls() - calls).isEqualTo(kept ? 1 : 4);
    return expected.stream().map(VendorEventsTest::kind).collect(Collectors.toSet());
  }

  /** Returns the methods by which the client tells what an event is. */
  private static Stream<Method> kinds() {
    return Stream.of(ResponseStreamEvent.class.getMethods())
        .filter(method -> method.getName().startsWith("is") && !method.getName().equals("isValid"));
  }

  private static String kind(ResponseStreamEvent event) {
    return kinds().filter(kind -> isOf(kind, event)).findFirst().orElseThrow().getName();
  }

  private static boolean isOf(Method kind, ResponseStreamEvent event) {
    try {
      return (boolean) kind.invoke(event);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of the client", e);
    }
  }

  /** Returns events of all types, of which the last is the one that ends a response so. */
  private static List<String> events(String ending, String response) throws Exception {
    var lines = new ArrayList<String>();
    try (var in = VendorEventsTest.class.getResourceAsStream("response-events.txt")) {
      new String(in.readAllBytes(), UTF_8).lines().forEach(lines::add);
    }
    lines.add(ending + " \"response\":" + response.replace("\n", ""));
    var events = new ArrayList<String>();
    for (var line : lines) {
      var typeAndMembers = line.split(" ", 2);
      var members =
          typeAndMembers[1]
              .replace("PART", "ITEM,\"content_index\":0")
              .replace("ITEM", "\"item_id\":\"msg_1\",OUT")
              .replace("OUT", "\"output_index\":0")
              .replace("RESPONSE", ResponseReply.PLAIN.whole().replace("\n", ""));
      events.add(
          """
          event: response.%1$s
          data: {"type":"response.%1$s","sequence_number":%2$d%3$s}

          """
              .formatted(typeAndMembers[0], events.size(), members.isEmpty() ? "" : "," + members));
    }
    return events;
  }

  private static List<ResponseStreamEvent> read(OpenAIClient client, String question) {
    var params = ResponseCreateParams.builder().model(ResponseReply.MODEL).input(question).build();
    try (var events = client.responses().createStreaming(params)) {
      return events.stream().map(ResponseStreamEvent::validate).toList();
    }
  }

  private OpenAIClient through() {
    return client("http://127.0.0.1:" + stage.port());
  }

  private OpenAIClient client(String url) {
    var client =
        OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("sk-1").maxRetries(0).build();
    clients.add(client);
    return client;
  }
}
