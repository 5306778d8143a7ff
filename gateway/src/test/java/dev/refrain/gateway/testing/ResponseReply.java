package dev.refrain.gateway.testing;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Responses as OpenAI sends them. Each is given to who asks its name. */
public enum ResponseReply {
  PLAIN(
      "completed",
      """
      {"id":"msg_1","type":"message","status":"completed","content":[{"type":"output_text",\
      "annotations":[],"logprobs":[],"text":"Wo man singt, da laß’ dich nieder. 🎶"}],\
      "role":"assistant"}
      """,
      """
      output_item.added "output_index":0,"item":{"id":"msg_1","type":"message",\
      "status":"in_progress","content":[],"role":"assistant"}
      content_part.added "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"output_text","annotations":[],"logprobs":[],"text":""}
      output_text.delta "item_id":"msg_1","output_index":0,"content_index":0,\
      "delta":"Wo man singt,","logprobs":[],"obfuscation":"q9"
      output_text.delta "item_id":"msg_1","output_index":0,"content_index":0,\
      "delta":" da laß’ dich nieder. 🎶","logprobs":[],"obfuscation":"Zq81"
      output_text.done "item_id":"msg_1","output_index":0,"content_index":0,\
      "text":"Wo man singt, da laß’ dich nieder. 🎶","logprobs":[]
      content_part.done "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"output_text","annotations":[],"logprobs":[],\
      "text":"Wo man singt, da laß’ dich nieder. 🎶"}
      output_item.done "output_index":0,"item":ITEM0
      """),

  REASONING(
      "completed",
      """
      {"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Two and two …"}]}
      {"id":"msg_2","type":"message","status":"completed","content":[{"type":"output_text",\
      "annotations":[{"type":"url_citation","start_index":0,"end_index":1,"title":"Four",\
      "url":"https://example.com/4"}],"logprobs":[{"token":"4","logprob":-0.25,"bytes":[52],\
      "top_logprobs":[]}],"text":"4"}],"role":"assistant"}
      """,
      """
      output_item.added "output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}
      reasoning_summary_part.added "item_id":"rs_1","output_index":0,"summary_index":0,"part":\
      {"type":"summary_text","text":""}
      reasoning_summary_text.delta "item_id":"rs_1","output_index":0,"summary_index":0,\
      "delta":"Two and"
      reasoning_summary_text.delta "item_id":"rs_1","output_index":0,"summary_index":0,\
      "delta":" two …"
      reasoning_summary_text.done "item_id":"rs_1","output_index":0,"summary_index":0,\
      "text":"Two and two …"
      reasoning_summary_part.done "item_id":"rs_1","output_index":0,"summary_index":0,"part":\
      {"type":"summary_text","text":"Two and two …"}
      output_item.done "output_index":0,"item":ITEM0
      output_item.added "output_index":1,"item":{"id":"msg_2","type":"message",\
      "status":"in_progress","content":[],"role":"assistant"}
      content_part.added "item_id":"msg_2","output_index":1,"content_index":0,"part":\
      {"type":"output_text","annotations":[],"logprobs":[],"text":""}
      output_text.delta "item_id":"msg_2","output_index":1,"content_index":0,"delta":"4",\
      "logprobs":[{"token":"4","logprob":-0.25,"top_logprobs":[]}]
      output_text.annotation.added "item_id":"msg_2","output_index":1,"content_index":0,\
      "annotation_index":0,"annotation":{"type":"url_citation","start_index":0,"end_index":1,\
      "title":"Four","url":"https://example.com/4"}
      output_text.done "item_id":"msg_2","output_index":1,"content_index":0,"text":"4",\
      "logprobs":[{"token":"4","logprob":-0.25,"top_logprobs":[]}]
      content_part.done "item_id":"msg_2","output_index":1,"content_index":0,"part":\
      {"type":"output_text","annotations":[{"type":"url_citation","start_index":0,"end_index":1,\
      "title":"Four","url":"https://example.com/4"}],"logprobs":[{"token":"4","logprob":-0.25,\
      "bytes":[52],"top_logprobs":[]}],"text":"4"}
      output_item.done "output_index":1,"item":ITEM1
      """),

  FUNCTION_CALL(
      "completed",
      """
      {"id":"fc_1","type":"function_call","status":"completed","arguments":"{\\"city\\":\\"Köln\\"}",\
      "call_id":"call_1","name":"get_weather"}
      """,
      """
      output_item.added "output_index":0,"item":{"id":"fc_1","type":"function_call",\
      "status":"in_progress","arguments":"","call_id":"call_1","name":"get_weather"}
      function_call_arguments.delta "item_id":"fc_1","output_index":0,"delta":"{\\"city\\":"
      function_call_arguments.delta "item_id":"fc_1","output_index":0,"delta":"\\"Köln\\"}"
      function_call_arguments.done "item_id":"fc_1","output_index":0,"name":"get_weather",\
      "arguments":"{\\"city\\":\\"Köln\\"}"
      output_item.done "output_index":0,"item":ITEM0
      """),

  REFUSAL(
      "completed",
      """
      {"id":"msg_1","type":"message","status":"completed","content":[{"type":"refusal",\
      "refusal":"No."}],"role":"assistant"}
      """,
      """
      output_item.added "output_index":0,"item":{"id":"msg_1","type":"message",\
      "status":"in_progress","content":[],"role":"assistant"}
      content_part.added "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"refusal","refusal":""}
      refusal.delta "item_id":"msg_1","output_index":0,"content_index":0,"delta":"No."
      refusal.done "item_id":"msg_1","output_index":0,"content_index":0,"refusal":"No."
      content_part.done "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"refusal","refusal":"No."}
      output_item.done "output_index":0,"item":ITEM0
      """),

  CUT_SHORT(
      "incomplete",
      """
      {"id":"msg_1","type":"message","status":"incomplete","content":[{"type":"output_text",\
      "annotations":[],"logprobs":[],"text":"Es war"}],"role":"assistant"}
      """,
      """
      output_item.added "output_index":0,"item":{"id":"msg_1","type":"message",\
      "status":"in_progress","content":[],"role":"assistant"}
      content_part.added "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"output_text","annotations":[],"logprobs":[],"text":""}
      output_text.delta "item_id":"msg_1","output_index":0,"content_index":0,"delta":"Es war",\
      "logprobs":[]
      output_text.done "item_id":"msg_1","output_index":0,"content_index":0,"text":"Es war",\
      "logprobs":[]
      content_part.done "item_id":"msg_1","output_index":0,"content_index":0,"part":\
      {"type":"output_text","annotations":[],"logprobs":[],"text":"Es war"}
      output_item.done "output_index":0,"item":ITEM0
      """);

  /** The model that is asked, and that answers with its date behind it. */
  public static final String MODEL = "gpt-5";

  private static final String RESPONSE =
      """
      {"id": "resp_68af4030", "object": "response", "created_at": 1756315696, "status": "%s",
       "background": false, "error": null, "incomplete_details": %s, "instructions": null,
       "max_output_tokens": null, "max_tool_calls": null, "model": "gpt-5-2025-08-07",
       "output": %s, "parallel_tool_calls": true, "previous_response_id": null,
       "prompt_cache_key": null, "reasoning": {"effort": "low", "summary": null},
       "safety_identifier": null, "service_tier": "default", "store": true, "temperature": 1.0,
       "text": {"format": {"type": "text"}, "verbosity": "medium"}, "tool_choice": "auto",
       "tools": [], "top_logprobs": 0, "top_p": 1.0, "truncation": "disabled", "usage": %s,
       "user": null, "metadata": {}}
      """;

  private static final String USAGE =
      """
      {"input_tokens": 8, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
       "output_tokens": 14, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 22}\
      """;

  private final String status;
  private final List<String> items;
  private final String events;

  ResponseReply(String status, String items, String events) {
    this.status = status;
    this.items = items.lines().toList();
    this.events = events;
  }

  /** Returns whether such a response is kept, if nobody configured anything. */
  public boolean isKept() {
    return switch (this) {
      case PLAIN, REASONING -> true;
      case FUNCTION_CALL, REFUSAL, CUT_SHORT -> false;
    };
  }

  /** Returns the whole response. */
  public String whole() {
    var details = status.equals("incomplete") ? "{\"reason\": \"max_output_tokens\"}" : "null";
    return RESPONSE.formatted(status, details, "[" + String.join(", ", items) + "]", USAGE);
  }

  /** Returns the events of the stream. */
  public List<String> stream() {
    var begun = "\"response\":" + RESPONSE.formatted("in_progress", "null", "[]", "null");
    var stream = new ArrayList<String>();
    addTo(stream, "created", begun);
    addTo(stream, "in_progress", begun);
    for (var line : events.lines().toList()) {
      var event = line.split(" ", 2);
      var members = event[1];
      for (int i = 0; i < items.size(); i++) {
        members = members.replace("ITEM" + i, items.get(i));
      }
      addTo(stream, event[0], members);
    }
    addTo(stream, status, "\"response\":" + whole());
    return stream;
  }

  private static void addTo(List<String> stream, String type, String members) {
    stream.add(
        "event: response.%s\ndata: {\"type\":\"response.%s\",\"sequence_number\":%d,%s}\n\n"
            .formatted(type, type, stream.size(), members.replace("\n", "")));
  }

  /** Replies to any input that is the name of a response, in the form that is asked for. */
  public static Act byName() {
    return exchange -> {
      var asked = parse(exchange.readBody());
      var reply = valueOf(asked.get("input").text());
      var stream = asked.get("stream");
      exchange.send(
          stream != null && stream.asBoolean(false)
              ? Wire.stream(reply.stream())
              : Wire.json(reply.whole()));
    };
  }

  private static Json parse(byte[] body) throws IOException {
    try {
      return Json.parse(body);
    } catch (JsonRejected e) {
      throw new IOException(e);
    }
  }
}
