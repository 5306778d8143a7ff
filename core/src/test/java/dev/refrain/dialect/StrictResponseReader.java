package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Recording;
import dev.refrain.json.Json;
import java.util.List;

/**
 * Reads the stream of a response as its documentation has it, event by event, and believes in the
 * end only what it has seen coming.
 */
final class StrictResponseReader {
  private final List<String> events;
  private int next;

  private StrictResponseReader(List<String> events) {
    this.events = events;
  }

  /** Returns the response at the end of a stream, whose every event is in its place. */
  static Json read(Recording stream) throws Exception {
    return new StrictResponseReader(Responses.data(stream)).response();
  }

  private Json response() throws Exception {
    for (var type : List.of("response.created", "response.in_progress")) {
      var begun = expect(type).get("response");
      assertThat(begun.get("status").text()).isEqualTo("in_progress");
      assertThat(begun.get("output").size()).isZero();
    }
    var items = new StringBuilder();
    int index = 0;
    while (peek().equals("response.output_item.added")) {
      items.append(items.isEmpty() ? "" : ",").append(item(index++));
    }
    var end = take();
    assertThat(next).isEqualTo(events.size());
    var response = end.get("response");
    assertThat(end.get("type").text()).isEqualTo("response." + response.get("status").text());
    assertThat(Chat.canonical(response.get("output").rawBytes()))
        .isEqualTo(Chat.canonical(bytes("[" + items + "]")));
    return response;
  }

  private String item(int index) throws Exception {
    var added = expect("response.output_item.added");
    assertThat(added.get("output_index").asLong(-1)).isEqualTo(index);
    var id = added.get("item").get("id").text();
    int parts = 0;
    while (!peek().equals("response.output_item.done")) {
      if (peek().endsWith("_part.added")) {
        part(id, index);
        parts++;
      } else {
        input(id, index);
      }
    }
    var done = expect("response.output_item.done");
    assertThat(done.get("output_index").asLong(-1)).isEqualTo(index);
    var item = done.get("item");
    assertThat(item.get("id").text()).isEqualTo(id);
    int listed = 0;
    for (var list : List.of("content", "summary")) {
      listed += Field.of(item, list).size();
      assertThat(Field.of(added.get("item"), list).size()).isZero();
    }
    assertThat(parts).isEqualTo(listed);
    return item.raw();
  }

  private void part(String id, int index) throws Exception {
    var added = take();
    var kind = added.get("type").text().replace(".added", "");
    boolean isSummary = kind.endsWith("summary_part");
    var type = added.get("part").get("type").text();
    var event =
        switch (type) {
          case "summary_text" -> "response.reasoning_summary_text";
          case "reasoning_text", "output_text", "refusal" -> "response." + type;
          default -> throw new AssertionError(type);
        };
    var member = type.equals("refusal") ? "refusal" : "text";
    var place = isSummary ? "summary_index" : "content_index";
    long number = added.get(place).asLong(-1);
    var said = new StringBuilder();
    int annotations = 0;
    while (!peek().equals(event + ".done")) {
      var piece = take();
      assertThat(piece.get(place).asLong(-1)).isEqualTo(number);
      if (piece.get("type").text().equals("response.output_text.annotation.added")) {
        assertThat(piece.get("annotation_index").asLong(-1)).isEqualTo(annotations++);
      } else {
        assertThat(piece.get("type").text()).isEqualTo(event + ".delta");
        said.append(piece.get("delta").text());
      }
    }
    var told = expect(event + ".done");
    var done = expect(kind + ".done");
    for (var each : List.of(added, told, done)) {
      assertThat(each.get("item_id").text()).isEqualTo(id);
      assertThat(each.get("output_index").asLong(-1)).isEqualTo(index);
      assertThat(each.get(place).asLong(-1)).isEqualTo(number);
    }
    assertThat(told.get(member).text()).isEqualTo(said.toString());
    assertThat(done.get("part").get(member).text()).isEqualTo(said.toString());
    assertThat(Field.of(done.get("part"), "annotations").size()).isEqualTo(annotations);
  }

  private void input(String id, int index) throws Exception {
    var said = new StringBuilder();
    while (peek().endsWith(".delta")) {
      said.append(take().get("delta").text());
    }
    var done = take();
    assertThat(done.get("item_id").text()).isEqualTo(id);
    assertThat(done.get("output_index").asLong(-1)).isEqualTo(index);
    var member =
        switch (done.get("type").text()) {
          case "response.function_call_arguments.done" -> "arguments";
          case "response.custom_tool_call_input.done" -> "input";
          default -> throw new AssertionError(done);
        };
    assertThat(done.get(member).text()).isEqualTo(said.toString());
  }

  private String peek() throws Exception {
    return Json.parse(bytes(events.get(next))).get("type").text();
  }

  private Json expect(String type) throws Exception {
    assertThat(peek()).isEqualTo(type);
    return take();
  }

  private Json take() throws Exception {
    var event = Json.parse(bytes(events.get(next)));
    assertThat(event.get("sequence_number").asLong(-1)).isEqualTo(next);
    next++;
    return event;
  }

  private static byte[] bytes(String json) {
    return json.getBytes(UTF_8);
  }
}
