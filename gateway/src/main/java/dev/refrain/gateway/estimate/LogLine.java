package dev.refrain.gateway.estimate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Directives;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.PastCall;
import dev.refrain.PastCall.Sort;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a line of a log. */
final class LogLine {
  /*
   * A line is a JSON object with the time at which a call came, in RFC 3339 or in seconds since
   * 1970, and what tells it from other calls:
   *
   *   access log   {"time", "key", "path", "model", "namespace", "outcome", "reason", "status",
   *                 "upstream_ms", "input_tokens", "output_tokens"}
   *   request      {"time", "body" or "request", "path", "headers", "tenant", "status",
   *                 "took_ms", "usage"}
   *
   * Of the access log, a call that was answered from the cache has the upstream time and tokens
   * of the reply that it was given. Whatever else stands in a line is for others.
   */

  private static final String CHAT = "/v1/chat/completions";
  private static final int STATUS_OK = 200;
  private static final double MILLIS_FROM = 1e11; // as seconds that would be the year 5138
  private static final Set<String> REASONS =
      Arrays.stream(Reason.values()).map(Reason::toString).collect(Collectors.toSet());

  private final LlmCache reader;
  private final long tookMillisOtherwise;

  /**
   * Takes what reads requests, and how long upstream takes for a call of which the log does not
   * say.
   */
  LogLine(LlmCache reader, long tookMillisOtherwise) {
    this.reader = reader;
    this.tookMillisOtherwise = tookMillisOtherwise;
  }

  /** What is no line of a log; the message says why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  LoggedCall read(byte[] line) throws Unreadable {
    try {
      var json = Json.parse(line);
      if (!json.is(Kind.OBJECT)) {
        throw new Unreadable("it is no JSON object");
      }
      long at = millis(json.get("time"));
      var body = json.has("body") ? json.get("body") : json.get("request");
      var call = (body == null) ? ofAccessLog(json, at) : ofRequest(json, body, at);
      return new LoggedCall(call, usage(json));
    } catch (JsonRejected e) {
      throw new Unreadable("it is no strict JSON: " + e.getMessage());
    }
  }

  private PastCall ofAccessLog(Json line, long at) throws Unreadable {
    var sort = new Sort(text(line, "namespace", ""), text(line, "model", ""), path(line));
    var reason = reason(text(line, "reason", ""));
    boolean ofTheCall = reason != null && reason.kind() == Reason.Kind.CALL;
    return new PastCall(
        at,
        took(line),
        keys(line),
        sort,
        (reason == Reason.NO_STORE) ? Directives.of(List.of("no-store")) : Directives.NONE,
        ofTheCall ? Set.of(reason) : Set.of(),
        isKept(line) && !isOfTheReply(reason));
  }

  private static List<Key> keys(Json line) throws Unreadable {
    var keys = new ArrayList<Key>();
    var key = line.get("key");
    if (key == null || key.is(Kind.NULL)) {
      if (!line.has("outcome")) {
        throw new Unreadable("it has neither a key nor a body");
      }
      return keys;
    }
    try {
      if (key.is(Kind.ARRAY)) {
        for (var each : key.elements()) {
          keys.add(Key.parse(each.asText("")));
        }
      } else if (!key.asText("").isEmpty()) {
        keys.add(Key.parse(key.asText("")));
      }
    } catch (IllegalArgumentException e) {
      throw new Unreadable("its key is none: " + e.getMessage());
    }
    return keys;
  }

  private static boolean isOfTheReply(@Nullable Reason reason) {
    return reason != null
        && (reason.kind() == Reason.Kind.REPLY || reason.kind() == Reason.Kind.FAILURE);
  }

  private static @Nullable Reason reason(String name) {
    return REASONS.contains(name)
        ? Reason.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'))
        : null;
  }

  private PastCall ofRequest(Json line, Json body, long at) {
    var headers = new ArrayList<String>();
    var named = line.get("headers");
    if (named != null && named.is(Kind.OBJECT)) {
      for (var header : named.members()) {
        headers.add(header.name().text());
        headers.add(header.value().asText(""));
      }
    }
    var bytes = body.is(Kind.STRING) ? body.text().getBytes(UTF_8) : body.rawBytes();
    var request = Request.post("", path(line), Headers.of(headers), bytes);
    var tenant = text(line, "tenant", "");
    var scope = Scope.tenant(tenant.isBlank() ? "log" : tenant);
    return PastCall.of(reader.read(request, scope), at, took(line), isKept(line));
  }

  private static String path(Json line) {
    return text(line, "path", CHAT);
  }

  private static boolean isKept(Json line) {
    var status = line.get("status");
    return status == null || status.asLong(STATUS_OK) == STATUS_OK;
  }

  private long took(Json line) {
    var upstream = line.has("took_ms") ? line.get("took_ms") : line.get("upstream_ms");
    double took = (upstream == null) ? -1 : upstream.asDouble(-1);
    return (took < 0) ? tookMillisOtherwise : Math.round(took);
  }

  /** Vendors call them by two pairs of names; a log may have their usage as it was. */
  private static Usage usage(Json line) {
    var usage = line.get("usage");
    var said = (usage != null && usage.is(Kind.OBJECT)) ? usage : line;
    return new Usage(
        number(said, "input_tokens", "prompt_tokens"),
        number(said, "output_tokens", "completion_tokens"));
  }

  private static long number(Json json, String name, String otherName) {
    var value = json.has(name) ? json.get(name) : json.get(otherName);
    return (value == null) ? -1 : value.asLong(-1);
  }

  private static String text(Json line, String name, String otherwise) {
    var value = line.get(name);
    return (value == null) ? otherwise : value.asText(otherwise);
  }

  private static long millis(@Nullable Json time) throws Unreadable {
    if (time != null && time.is(Kind.NUMBER)) {
      double number = time.asDouble(0);
      return Math.round((Math.abs(number) >= MILLIS_FROM) ? number : 1_000 * number);
    }
    try {
      var text = (time == null) ? "" : time.asText("");
      return (text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text).toInstant())
          .toEpochMilli();
    } catch (DateTimeException e) {
      throw new Unreadable("its 'time' is missing, or neither RFC 3339 nor a number of seconds");
    }
  }
}
