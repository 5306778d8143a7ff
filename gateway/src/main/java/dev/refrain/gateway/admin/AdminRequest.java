package dev.refrain.gateway.admin;

import dev.refrain.Headers;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the operator asks.
 *
 * @param variables what stands in the path for the names in braces of its pattern
 * @param query without the question mark; "" for none
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record AdminRequest(
    String method, Map<String, String> variables, String query, Headers headers, byte[] body) {

  public AdminRequest {
    variables = Map.copyOf(variables);
  }

  /** Returns what stands in the path for a name in braces. */
  public String variable(String name) {
    return Objects.requireNonNull(variables.get(name), name);
  }

  /** Returns the last value of a parameter of the query, or what to take without one. */
  public String parameter(String name, String otherwise) throws AdminRefusal {
    var values = parameters(name);
    return values.isEmpty() ? otherwise : values.getLast();
  }

  /** Returns all values of a parameter of the query. */
  public List<String> parameters(String name) throws AdminRefusal {
    try {
      return new QueryStringDecoder(query, false).parameters().getOrDefault(name, List.of());
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.badRequest("The query has a percent sign before what is no number.");
    }
  }

  /** Returns a parameter of the query that is a number, within bounds. */
  public int parameter(String name, int otherwise, int max) throws AdminRefusal {
    var text = parameter(name, Integer.toString(otherwise));
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw AdminRefusal.badRequest("'%s' is a number from 0 to %d.".formatted(name, max));
  }

  /** Returns the body, which must be an object with no other members than these. */
  public Json json(List<String> members) throws AdminRefusal {
    try {
      var json = Json.parse(body);
      if (!json.is(Kind.OBJECT)) {
        throw AdminRefusal.badRequest("The body must be a JSON object.");
      }
      for (var member : json.members()) {
        if (!members.contains(member.name().text())) {
          throw AdminRefusal.badRequest(
              "The body has a member that is unknown here; known are: "
                  + String.join(", ", members)
                  + ".");
        }
      }
      return json;
    } catch (JsonRejected e) {
      throw AdminRefusal.badRequest("The body is no strict JSON: " + e.getMessage());
    }
  }
}
