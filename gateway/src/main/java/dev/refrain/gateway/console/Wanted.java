package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for.
 *
 * @param model with what the model begins; "" for any, as for all that follow
 * @param namespace with what the namespace begins
 * @param tag one of its tags
 * @param key with what the key begins
 * @param text what was asked or answered
 * @param after which entry the page before has ended with; null for the first page
 */
record Wanted(
    String model,
    String namespace,
    String tag,
    String key,
    String text,
    Order order,
    @Nullable Place after) {

  /**
   * How they are sorted, and how many at once.
   *
   * @param ascending the least first
   */
  record Order(Sort sort, boolean ascending, int limit) {}

  private static final int LIMIT_MAX = 500;
  private static final int LIMIT = 100;

  static Wanted in(AdminRequest request) throws AdminRefusal {
    var order = request.parameter("order", "desc");
    if (!order.equals("asc") && !order.equals("desc")) {
      throw AdminRefusal.badRequest("'order' is asc or desc.");
    }
    var sort = Sort.named(request.parameter("sort", "age"));
    int limit = Math.max(1, request.parameter("limit", LIMIT, LIMIT_MAX));
    var after = request.parameter("after", "");
    return new Wanted(
        request.parameter("model", ""),
        request.parameter("namespace", ""),
        request.parameter("tag", ""),
        request.parameter("key", ""),
        request.parameter("text", "").strip(),
        new Order(sort, order.equals("asc"), limit),
        after.isEmpty() ? null : Place.parse(after));
  }

  /** Returns whether an entry fits, as far as can be told without its text. */
  boolean fits(Entry entry) {
    var tags = entry.stamp().tags();
    return (model.isEmpty() || anyBegins(entry, "model:" + model))
        && (namespace.isEmpty() || anyBegins(entry, "namespace:" + namespace))
        && (tag.isEmpty() || tags.contains(tag))
        && (key.isEmpty() || entry.slot().key().toString().startsWith(key));
  }

  private static boolean anyBegins(Entry entry, String prefix) {
    for (var tag : entry.stamp().tags()) {
      if (tag.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
