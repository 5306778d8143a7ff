package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawContentBlockDelta;
import com.anthropic.models.messages.RawMessageStreamEvent;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.MessageReply;
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
 * Each block, delta and event that Anthropic's client knows comes through the gateway, and comes
 * back from the cache, to the byte and as the client reads it; signatures are but bytes.
 */
@Timeout(60)
final class BlocksTest {
  private static final String CALLER = "\"caller\":{\"type\":\"direct\"}";
  private static final String TOOL_USE =
      "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{}," + CALLER + "}";
  private static final List<String> BLOCKS =
      List.of(
          "{'type':'thinking','thinking':'Hm … 🎶','signature':'EqQBCgIYAhIM1gbcDa9GJwZA2b3h+/=='}",
          "{'type':'redacted_thinking','data':'EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0=='}",
          "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{},CALLER}",
          "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[],CALLER}",
          "{'type':'web_fetch_tool_result','tool_use_id':'srvtoolu_2','content':"
              + "{'type':'web_fetch_result','url':'https://example.com','retrieved_at':null,"
              + "'content':{'type':'document','source':{'type':'text','media_type':'text/plain',"
              + "'data':'Wo'},'title':null,'citations':null}},CALLER}",
          "{'type':'code_execution_tool_result','tool_use_id':'srvtoolu_3','content':"
              + "{'type':'code_execution_result','stdout':'2','stderr':'','return_code':0,"
              + "'content':[]}}",
          "{'type':'bash_code_execution_tool_result','tool_use_id':'srvtoolu_4','content':"
              + "{'type':'bash_code_execution_result','stdout':'2','stderr':'','return_code':0,"
              + "'content':[]}}",
          "{'type':'text_editor_code_execution_tool_result','tool_use_id':'srvtoolu_5','content':"
              + "{'type':'text_editor_code_execution_view_result','file_type':'text',"
              + "'content':'a','num_lines':1,'start_line':1,'total_lines':1}}",
          "{'type':'tool_search_tool_result','tool_use_id':'srvtoolu_6','content':"
              + "{'type':'tool_search_tool_search_result','tool_references':"
              + "[{'type':'tool_reference','tool_name':'f'}]}}",
          "{'type':'container_upload','file_id':'file_1'}",
          "{'type':'text','text':'Wo man singt','citations':[{'type':'char_location',"
              + "'cited_text':'Wo','document_index':0,'document_title':null,'file_id':null,"
              + "'start_char_index':0,'end_char_index':2}]}");

  private final List<AnthropicClient> clients = new ArrayList<>();
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    clients.forEach(AnthropicClient::close);
    stage.close();
  }

  @Test
  void eachBlockComesAndComesBack() throws Exception {
    var calls = told("Call!", List.of(message(List.of(TOOL_USE))), BlocksTest::whole);
    var seen = kindsOf(calls.content());
    seen.addAll(kindsOf(told("Say!", List.of(message(blocks())), BlocksTest::whole).content()));

    assertThat(seen).containsExactlyElementsOf(kinds(ContentBlock.class));
  }

  @Test
  void eachEventAndDeltaComesAndComesBack() throws Exception {
    var events = told("Say!", stream(blocks()), BlocksTest::stream);
    var starts =
        events.stream()
            .flatMap(event -> event.contentBlockStart().stream())
            .map(start -> start.contentBlock())
            .toList();
    var deltas =
        events.stream()
            .flatMap(event -> event.contentBlockDelta().stream())
            .map(delta -> delta.delta())
            .toList();

    assertThat(starts).hasSize(BLOCKS.size());
    assertThat(kindsOf(deltas)).containsExactlyElementsOf(kinds(RawContentBlockDelta.class));
    assertThat(kindsOf(events)).containsExactlyElementsOf(kinds(RawMessageStreamEvent.class));
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(AnthropicClient client, String question);
  }

  /** Has something told twice, as bytes and to the client, and returns what that makes of it. */
  private <T> T told(String question, List<String> events, Reader<T> reader) throws Exception {
    boolean stream = events.size() > 1;
    var body = String.join("", events);
    var reply = stream ? Wire.stream(events) : Wire.json(body);
    stage.provider().otherwise(Acts.reply(reply));
    var expected = reader.read(client(stage.provider().url().toString()), question);
    int calls = stage.provider().calls();
    var client = client("http://127.0.0.1:" + stage.port());
    for (int i = 0; i < 2; i++) {
      var asked =
          "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[],\"stream\":%b}"
              .formatted(stream);
      assertThat(stage.call(Wire.post("/v1/messages", asked)).text()).isEqualTo(body);
      assertThat(reader.read(client, question)).isEqualTo(expected);
      stage.awaitCalm();
    }
    assertThat(stage.provider().calls() - calls).isEqualTo(body.contains(TOOL_USE) ? 4 : 2);
    return expected;
  }

  private static Message whole(AnthropicClient client, String question) {
    return client.messages().create(params(question));
  }

  private static List<RawMessageStreamEvent> stream(AnthropicClient client, String question) {
    try (var events = client.messages().createStreaming(params(question))) {
      return events.stream().toList();
    }
  }

  private static MessageCreateParams params(String question) {
    return MessageCreateParams.builder()
        .model(MessageReply.MODEL)
        .maxTokens(100)
        .addUserMessage(question)
        .build();
  }

  private static List<String> blocks() {
    return BLOCKS.stream()
        .map(block -> block.replace('\'', '"').replace("CALLER", CALLER))
        .toList();
  }

  private static String message(List<String> blocks) {
    return MessageReply.TEXT
        .whole()
        .replaceFirst("(?s)\"content\": \\[.*?\\n  ]", "\"content\": [BLOCKS]")
        .replace("BLOCKS", String.join(",", blocks));
  }

  /** Returns a stream whose blocks begin empty where their types have deltas. */
  private static List<String> stream(List<String> blocks) {
    var events = new ArrayList<String>();
    events.add(MessageReply.TEXT.stream().getFirst());
    events.add("event: ping\ndata: {\"type\": \"ping\"}\n\n");
    for (int i = 0; i < blocks.size(); i++) {
      var block = blocks.get(i);
      var begun =
          block
              .replaceFirst("(\"(text|thinking|signature)\":)\"[^\"]*\"(?=[,}])", "$1\"\"")
              .replaceFirst("\"signature\":\"[^\"]*\"", "\"signature\":\"\"")
              .replaceFirst("\"citations\":\\[.*]", "\"citations\":[]");
      add("content_block_start", i, ",\"content_block\":" + begun, events);
      for (var delta : deltas(block)) {
        add("content_block_delta", i, ",\"delta\":" + delta, events);
      }
      add("content_block_stop", i, "", events);
    }
    var end = MessageReply.TEXT.stream();
    events.addAll(end.subList(end.size() - 2, end.size()));
    return events;
  }

  private static void add(String type, int index, String members, List<String> events) {
    events.add(
        "event: %1$s\ndata: {\"type\":\"%1$s\",\"index\":%2$d%3$s}\n\n"
            .formatted(type, index, members));
  }

  private static List<String> deltas(String block) {
    var type = block.replaceFirst("^\\{\"type\":\"(\\w+)\".*", "$1");
    return switch (type) {
      case "text" ->
          List.of(
              "{\"type\":\"citations_delta\",\"citation\":"
                  + block.replaceFirst(".*\"citations\":\\[(.*)]}", "$1")
                  + "}",
              "{\"type\":\"text_delta\",\"text\":\"Wo man \"}",
              "{\"type\":\"text_delta\",\"text\":\"singt\"}");
      case "thinking" ->
          List.of(
              "{\"type\":\"thinking_delta\",\"thinking\":\"Hm … 🎶\"}",
              block.replaceFirst(".*\"signature\"", "{\"type\":\"signature_delta\",\"signature\""));
      case "server_tool_use" ->
          List.of("{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"query\\\":\\\"a\\\"}\"}");
      default -> List.of();
    };
  }

  /** Returns the names of the methods by which the client tells what something is. */
  private static List<String> kinds(Class<?> type) {
    return methods(type).map(Method::getName).sorted().toList();
  }

  private static Stream<Method> methods(Class<?> type) {
    return Stream.of(type.getMethods())
        .filter(method -> method.getName().startsWith("is") && !method.getName().equals("isValid"));
  }

  private static Set<String> kindsOf(List<?> values) {
    return values.stream().map(BlocksTest::kind).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String kind(Object value) {
    return methods(value.getClass())
        .filter(kind -> isOf(kind, value))
        .findFirst()
        .orElseThrow()
        .getName();
  }

  private static boolean isOf(Method kind, Object value) {
    try {
      return (boolean) kind.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of the client", e);
    }
  }

  private AnthropicClient client(String url) {
    var client = AnthropicOkHttpClient.builder().baseUrl(url).apiKey("sk-1").maxRetries(0).build();
    clients.add(client);
    return client;
  }
}
