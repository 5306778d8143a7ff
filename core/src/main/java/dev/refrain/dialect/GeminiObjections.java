package dev.refrain.dialect;

import dev.refrain.Reason;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what speaks against answering from the cache: tools, and what Google remembers or looks up.
 *
 * <p>A file that is named by its address is no objection, as in {@link ChatObjections}. Cached
 * content is one, since nobody sees here whether there are tools in it.
 */
final class GeminiObjections {
  private static final Set<String> TOOLS_OF_CALLERS =
      Set.of("functionDeclarations", "function_declarations");
  private static final List<String> CALLS =
      List.of("functionCall", "function_call", "functionResponse", "function_response");
  private static final List<String> HOSTED =
      List.of("executableCode", "executable_code", "codeExecutionResult", "code_execution_result");

  private GeminiObjections() {}

  static Set<Reason> to(Json root) {
    var objections = EnumSet.noneOf(Reason.class);
    for (var tool : each(Field.of(root, "tools"))) {
      objections.add(isOfCaller(tool) ? Reason.TOOLS : Reason.HOSTED_TOOLS);
    }
    if (Field.isGiven(root, "cachedContent") || Field.isGiven(root, "cached_content")) {
      objections.add(Reason.SERVER_STATE);
    }
    for (var content : each(Field.of(root, "contents"))) {
      for (var part : each(Field.of(content, "parts"))) {
        if (hasAny(part, CALLS)) {
          objections.add(Reason.TOOLS);
        }
        if (hasAny(part, HOSTED)) {
          objections.add(Reason.HOSTED_TOOLS);
        }
      }
    }
    return objections;
  }

  /** Returns the elements of a list, or what stands for a list of one. */
  static Iterable<Json> each(Json value) {
    return value.is(Kind.OBJECT) ? List.of(value) : value.elements();
  }

  private static boolean isOfCaller(Json tool) {
    for (var member : tool.members()) {
      if (!TOOLS_OF_CALLERS.contains(member.name().text())) {
        return false; // even an empty object asks for a search
      }
    }
    return tool.is(Kind.OBJECT);
  }

  private static boolean hasAny(Json part, List<String> names) {
    return names.stream().anyMatch(name -> Field.isGiven(part, name));
  }
}
