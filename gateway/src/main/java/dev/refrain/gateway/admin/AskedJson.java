package dev.refrain.gateway.admin;

import dev.refrain.Headers;
import dev.refrain.Scope;
import dev.refrain.gateway.admin.CallReader.Asked;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is talked about, as JSON.
 *
 * <pre>
 *   asked   = {"body": any, "path"?: string, "method"?: string, "headers"?: headers,
 *              "scope"?: string}
 *   headers = {*(name: string / [*string])}
 * </pre>
 *
 * The path is {@code /v1/chat/completions} and the method POST where they are left out. Who asks is
 * told by the credentials in the headers, as in a call, or by the id of a scope, which is shown
 * with each entry: {@code tenant:acme}, {@code shared:lab}, {@code credentials:…}.
 */
final class AskedJson {
  static final List<String> MEMBERS = List.of("body", "path", "method", "headers", "scope");

  private static final String USUAL_PATH = "/v1/chat/completions";

  private AskedJson() {}

  /** Reads an object with these members, and perhaps others. */
  static Asked read(Json json) throws AdminRefusal {
    var body = json.get("body");
    if (body == null) {
      throw AdminRefusal.badRequest("A request has a 'body'.");
    }
    var target = text(json, "path", USUAL_PATH);
    if (!target.startsWith("/")) {
      throw AdminRefusal.badRequest("A 'path' begins with a slash.");
    }
    var bytes = new ByteArrayOutputStream();
    body.writeRaw(bytes::write);
    return new Asked(
        text(json, "method", "POST"), target, headers(json), bytes.toByteArray(), scope(json));
  }

  private static Headers headers(Json json) throws AdminRefusal {
    var headers = new ArrayList<String>();
    var given = json.get("headers");
    if (given == null) {
      return Headers.none();
    }
    if (!given.is(Kind.OBJECT)) {
      throw AdminRefusal.badRequest("'headers' is an object of names and values.");
    }
    for (var header : given.members()) {
      if (header.value().is(Kind.ARRAY)) {
        for (var value : header.value().elements()) {
          headers.add(header.name().text());
          headers.add(value.asText(""));
        }
      } else {
        headers.add(header.name().text());
        headers.add(header.value().asText(""));
      }
    }
    return Headers.of(headers);
  }

  private static @Nullable Scope scope(Json json) throws AdminRefusal {
    var id = text(json, "scope", "");
    try {
      return id.isEmpty() ? null : Scope.of(id);
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.badRequest("'scope': " + e.getMessage() + ".");
    }
  }

  /** Returns what a member says, which is a string if it is there at all. */
  static String text(Json json, String name, String otherwise) throws AdminRefusal {
    var member = json.get(name);
    if (member == null) {
      return otherwise;
    }
    if (!member.is(Kind.STRING)) {
      throw AdminRefusal.badRequest("'%s' is a string.".formatted(name));
    }
    return member.text();
  }

  /** Returns what a member says, which is true or false if it is there at all. */
  static boolean truth(Json json, String name) throws AdminRefusal {
    var member = json.get(name);
    if (member != null && !member.is(Kind.TRUE) && !member.is(Kind.FALSE)) {
      throw AdminRefusal.badRequest("'%s' is true or false.".formatted(name));
    }
    return member != null && member.is(Kind.TRUE);
  }
}
