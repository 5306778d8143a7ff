package dev.refrain.gateway.testing;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Replies as OpenAI, and those who imitate it, send them. Each is given to who asks its name. */
public enum ChatReply {
  PLAIN(
      """
      "message": {
        "role": "assistant",
        "content": "Wo man singt, da laß’ dich ruhig nieder. 🎶",
        "refusal": null,
        "annotations": []
      },
      "logprobs": null,
      "finish_reason": "stop"
      """,
      """
      {"role":"assistant","content":"","refusal":null}
      {"content":"Wo man singt,"}
      {"content":" da laß’ dich"}
      {"content":" ruhig nieder. 🎶"}
      stop
      """),

  LOGPROBS(
      """
      "message": {"role": "assistant", "content": "Ja.", "refusal": null},
      "logprobs": {
        "content": [
          {"token": "Ja", "logprob": -0.31725305, "bytes": [74, 97], "top_logprobs": [
            {"token": "Ja", "logprob": -0.31725305, "bytes": [74, 97]},
            {"token": "Nein", "logprob": -1.3190403, "bytes": [78, 101, 105, 110]}]},
          {"token": ".", "logprob": -0.02380986, "bytes": [46], "top_logprobs": []}
        ],
        "refusal": null
      },
      "finish_reason": "stop"
      """,
      """
      {"role":"assistant","content":"","refusal":null}
      {"content":"Ja"} {"content":[{"token":"Ja","logprob":-0.31725305,"bytes":[74,97],\
      "top_logprobs":[]}],"refusal":null}
      {"content":"."} {"content":[{"token":".","logprob":-0.02380986,"bytes":[46],\
      "top_logprobs":[]}],"refusal":null}
      stop
      """),

  REASONING(
      """
      "message": {
        "role": "assistant",
        "content": "4",
        "reasoning_content": "Two and two …"
      },
      "logprobs": null,
      "finish_reason": "stop"
      """,
      """
      {"role":"assistant","content":null,"reasoning_content":""}
      {"content":null,"reasoning_content":"Two and"}
      {"content":null,"reasoning_content":" two …"}
      {"content":"4","reasoning_content":null}
      stop
      """),

  TOOL_CALLS(
      """
      "message": {
        "role": "assistant",
        "content": null,
        "tool_calls": [
          {"id": "call_1", "type": "function",
            "function": {"name": "get_weather", "arguments": "{\\"city\\":\\"Köln\\"}"}},
          {"id": "call_2", "type": "function",
            "function": {"name": "get_time", "arguments": "{}"}}
        ],
        "refusal": null
      },
      "logprobs": null,
      "finish_reason": "tool_calls"
      """,
      """
      {"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1",\
      "type":"function","function":{"name":"get_weather","arguments":""}}],"refusal":null}
      {"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]}
      {"tool_calls":[{"index":0,"function":{"arguments":"\\"Köln\\"}"}}]}
      {"tool_calls":[{"index":1,"id":"call_2","type":"function",\
      "function":{"name":"get_time","arguments":"{}"}}]}
      tool_calls
      """),

  REFUSAL(
      """
      "message": {
        "role": "assistant",
        "content": null,
        "refusal": "I'm sorry, I cannot assist with that request."
      },
      "logprobs": null,
      "finish_reason": "stop"
      """,
      """
      {"role":"assistant","content":null,"refusal":""}
      {"refusal":"I'm sorry, I cannot"}
      {"refusal":" assist with that request."}
      stop
      """),

  CUT_SHORT(
      """
      "message": {"role": "assistant", "content": "Es war einmal", "refusal": null},
      "logprobs": null,
      "finish_reason": "length"
      """,
      """
      {"role":"assistant","content":"","refusal":null}
      {"content":"Es war einmal"}
      length
      """);

  /** The model that is asked, and that answers with its date behind it. */
  public static final String MODEL = "gpt-4.1";

  private static final String ERROR =
      """
      {
        "error": {
          "message": "Das geht nicht.",
          "type": "a_type",
          "param": "n",
          "code": "a_code"
        }
      }
      """;

  private static final String FACTS =
      """
      "created": 1741569952,
        "model": "gpt-4.1-2025-04-14",
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb\"\
      """;

  private static final String USAGE =
      """
      {
          "prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29,
          "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
          "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}
        }\
      """;

  private final String choice;
  private final String deltas;

  ChatReply(String choice, String deltas) {
    this.choice = choice;
    this.deltas = deltas;
  }

  /** Returns whether such a reply is kept, if nobody configured anything. */
  public boolean isKept() {
    return switch (this) {
      case PLAIN, LOGPROBS, REASONING -> true;
      case TOOL_CALLS, REFUSAL, CUT_SHORT -> false;
    };
  }

  /** Returns a whole reply with so many choices. */
  public String whole(int choices) {
    var all = new ArrayList<String>();
    for (int i = 0; i < choices; i++) {
      all.add("{\n      \"index\": " + i + ",\n      " + choice.strip() + "\n    }");
    }
    return """
    {
      "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
      "object": "chat.completion",
      %s,
      "choices": [%s],
      "usage": %s
    }
    """
        .formatted(FACTS, String.join(", ", all), USAGE);
  }

  /** Returns a stream with so many choices, whose parts come by turns. */
  public List<String> stream(int choices, boolean withUsage) {
    var events = new ArrayList<String>();
    for (var delta : deltas.strip().split("\n", -1)) {
      for (int i = 0; i < choices; i++) {
        events.add(chunk("[" + choice(i, delta) + "]", withUsage ? "null" : ""));
      }
    }
    if (withUsage) {
      events.add(chunk("[]", USAGE.replaceAll("\\s+", "")));
    }
    events.add("data: [DONE]\n\n");
    return events;
  }

  private static String choice(int index, String delta) {
    boolean last = !delta.startsWith("{");
    int end = delta.indexOf("} {\"content\"");
    var logprobs = (end < 0) ? "null" : delta.substring(end + 2);
    var said = last ? "{}" : (end < 0) ? delta : delta.substring(0, end + 1);
    return "{\"index\":%d,\"delta\":%s,\"logprobs\":%s,\"finish_reason\":%s}"
        .formatted(index, said, logprobs, last ? "\"" + delta + "\"" : "null");
  }

  private static String chunk(String choices, String usage) {
    return "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\","
        + "\"object\":\"chat.completion.chunk\","
        + FACTS.replaceAll("\\s+", "")
        + ",\"choices\":"
        + choices
        + (usage.isEmpty() ? "" : ",\"usage\":" + usage)
        + ",\"obfuscation\":\"Xq3Zb\"}\n\n";
  }

  /**
   * Replies to any question that is the name of a reply, in the form and as often as asked for, and
   * to {@code ERROR 429} or the like with such an error.
   */
  public static Act byName() {
    return exchange -> {
      var body = exchange.readBody();
      exchange.send(reply(parse(body)));
    };
  }

  private static Json parse(byte[] body) throws IOException {
    try {
      return Json.parse(body);
    } catch (JsonRejected e) {
      throw new IOException(e);
    }
  }

  private static byte[] reply(Json asked) {
    var question = "";
    for (var message : asked.get("messages").elements()) {
      question = MessageReply.text(message.get("content"));
    }
    var headers =
        new String[] {
          "x-request-id: req_3812", "openai-version: 2020-10-01", "x-ratelimit-limit-requests: 9"
        };
    if (question.startsWith("ERROR ")) {
      return Wire.json(Integer.parseInt(question.substring("ERROR ".length())), ERROR, headers);
    }
    var reply = valueOf(question);
    int choices = (asked.get("n") == null) ? 1 : (int) asked.get("n").asLong(1);
    var stream = asked.get("stream");
    if (stream == null || !stream.is(Kind.TRUE)) {
      return Wire.json(reply.whole(choices), headers);
    }
    var options = asked.get("stream_options");
    boolean usage = options != null && options.get("include_usage").is(Kind.TRUE);
    return Wire.stream(reply.stream(choices, usage), headers);
  }
}
