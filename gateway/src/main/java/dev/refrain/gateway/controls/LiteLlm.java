package dev.refrain.gateway.controls;

import dev.refrain.json.Json;
import dev.refrain.json.Json.Member;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import org.jspecify.annotations.Nullable;

/** The object {@code cache} in a body, as LiteLLM's clients send it. */
final class LiteLlm {
  /*
   * The member is LiteLLM's if its value is an object of nothing but what LiteLLM knows, each of
   * the right kind, and of something. Any other is somebody else's, and stays where it is.
   *
   * Only a body that has such a string somewhere is read: most have none, and that is soon seen.
   */

  private static final String MEMBER = "cache";

  private final Json root;
  private final Json control;

  private LiteLlm(Json root, Json control) {
    this.root = root;
    this.control = control;
  }

  /** Returns what a body says, or null if it says nothing. */
  static @Nullable LiteLlm find(byte[] body) {
    if (!Json.mentions(body, MEMBER)) {
      return null;
    }
    try {
      var root = Json.parse(body);
      var control = root.get(MEMBER);
      return (control != null && isControl(control)) ? new LiteLlm(root, control) : null;
    } catch (JsonRejected e) {
      return null;
    }
  }

  void tell(Said said) {
    for (var member : control.members()) {
      tell(member.name().text(), member.value(), said);
    }
  }

  /** Returns the body without it. */
  byte[] rest() {
    return root.without(MEMBER);
  }

  private static void tell(String name, Json value, Said said) {
    if (value.is(Kind.NULL)) {
      return;
    }
    switch (name) {
      case "ttl" -> said.directive("ttl=" + (long) value.asDouble(0));
      case "s-maxage", "s-max-age" -> said.directive("max-age=" + (long) value.asDouble(0));
      case "namespace" -> said.namespace(value.text());
      case "use-cache" -> {
        if (!value.asBoolean(true)) {
          said.directive("no-store");
        }
      }
      default -> {
        if (value.asBoolean(false)) {
          said.directive(name); // LiteLLM calls them as HTTP does
        }
      }
    }
  }

  private static boolean isControl(Json cache) {
    boolean isControl = false;
    for (var member : cache.members()) {
      if (!isKnown(member)) {
        return false;
      }
      isControl = true;
    }
    return isControl;
  }

  private static boolean isKnown(Member member) {
    var value = member.value();
    return switch (member.name().text()) {
      case "ttl", "s-maxage", "s-max-age" -> value.asDouble(-1) >= 0 || value.is(Kind.NULL);
      case "no-cache", "no-store", "use-cache" ->
          value.is(Kind.TRUE) || value.is(Kind.FALSE) || value.is(Kind.NULL);
      case "namespace" -> value.is(Kind.STRING) || value.is(Kind.NULL);
      default -> false;
    };
  }
}
