package dev.refrain.dialect;

import dev.refrain.Assembly;
import dev.refrain.Facts;
import dev.refrain.Reading;
import dev.refrain.Reading.CanonicalBody;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads requests for several items, each of which is answered by itself.
 *
 * @param members that are known to leave the items alone
 * @param undeciding those of them that decide no answer
 */
record BatchRequest(Set<String> members, Set<String> undeciding, Assembly assembly) {

  /*
   * What decides an item's answer is the item and all else in the body but the other items: two
   * JSON values, each of which says itself where it ends.
   *
   * That other items do not matter is certain only where every member is known to leave them alone.
   * Some provider's "late_chunking", for one, reads all items as one text. So a body with a member
   * that is not known here, or with more items than OpenAI takes, is kept as a whole.
   */

  /** The member in which the items are. */
  static final String INPUT = "input";

  /** So many items OpenAI takes at most. */
  private static final int ITEMS_MAX = 2_048;

  /**
   * Reads a body.
   *
   * @param facts true of a request for so many items
   */
  Reading read(Json root, List<Json> items, IntFunction<Facts> facts) {
    return (items.size() <= ITEMS_MAX && areEachByItself(root))
        ? new Reading.Batch(facts.apply(1), bodies(root, items), assembly)
        : new Reading.Clear(
            facts.apply(items.size()),
            digest -> CanonicalJson.write(root, undeciding, digest::update));
  }

  private boolean areEachByItself(Json root) {
    for (var member : root.members()) {
      if (!members.contains(member.name().text())) {
        return false;
      }
    }
    return true;
  }

  private List<CanonicalBody> bodies(Json root, List<Json> items) {
    var notOfTheItem =
        Stream.concat(undeciding.stream(), Stream.of(INPUT)).collect(Collectors.toSet());
    var rest = CanonicalJson.bytes(root, notOfTheItem);
    var bodies = new ArrayList<CanonicalBody>(items.size());
    for (var item : items) {
      bodies.add(digest -> {
        digest.update(rest);
        CanonicalJson.write(item, Set.of(), digest::update);
      });
    }
    return bodies;
  }
}
