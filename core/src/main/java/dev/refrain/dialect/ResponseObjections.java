package dev.refrain.dialect;

import dev.refrain.Reason;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what speaks against answering with a response from the cache: all that does so with a chat,
 * and what OpenAI keeps for its callers.
 *
 * <p>That OpenAI stores a response unless told otherwise is no objection, only that it is asked to.
 */
final class ResponseObjections {
  private static final List<String> KEPT_BY_THE_PROVIDER =
      List.of("background", "conversation", "previous_response_id", "prompt");

  /** Items that say all that they are, and are no work of tools. */
  private static final Set<String> PLAIN =
      Set.of("message", "reasoning", "compaction", "compaction_trigger");

  private ResponseObjections() {}

  static Set<Reason> to(Json root, String model) {
    var objections = EnumSet.noneOf(Reason.class);
    objections.addAll(ChatObjections.to(root, model, Field.NOTHING));
    for (var name : KEPT_BY_THE_PROVIDER) {
      if (ChatObjections.isGiven(Field.of(root, name))) {
        objections.add(Reason.SERVER_STATE);
      }
    }
    for (var item : Field.of(root, "input").elements()) {
      if (isReference(item)) {
        objections.add(Reason.SERVER_STATE);
      } else if (!PLAIN.contains(Field.of(item, "type").asText("message"))) {
        objections.add(Reason.TOOLS); // they are called, or answer, or are added
      }
      if (ChatObjections.hasHostedTools(item)) {
        objections.add(Reason.HOSTED_TOOLS);
      }
    }
    return objections;
  }

  /**
   * Tells whether an item is but the id of one that the provider keeps; it may leave it at that.
   */
  private static boolean isReference(Json item) {
    var type = Field.of(item, "type");
    return type.isText("item_reference") || (type.is(Kind.NULL) && !Field.isGiven(item, "role"));
  }
}
