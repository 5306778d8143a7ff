package dev.refrain.gateway.settings;

import dev.refrain.gateway.settings.Controls.Control;
import dev.refrain.gateway.settings.Controls.Product;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What callers may say about caching, and what answers tell other caches. */
final class ControlsRows {
  private static final int VARIANTS_MAX = 1000;
  private static final Type<Duration> TIME = Type.duration("0", "36500d");

  private static final Setting<List<Product>> PRODUCTS =
      Setting.of(
          "controls.products",
          Type.listOf(Type.oneOf(List.of(Product.values()))),
          listed(Product.values()),
          "Whose controls are understood besides Cache-Control, and so not passed on to the"
              + " upstream; leave out the one that your upstream is");
  private static final Setting<List<Control>> FORBID =
      Setting.of(
          "controls.forbid",
          Type.listOf(Type.oneOf(List.of(Control.values()))),
          "",
          "What callers may not say, in whatever words, so that it is as if not said: any of "
              + listed(Control.values()));
  private static final Setting<Duration> TTL_MIN =
      Setting.of("controls.ttl-min", TIME, "0", "A caller's shorter ttl or max-age counts as this");
  private static final Setting<Duration> TTL_MAX =
      Setting.optional(
          "controls.ttl-max", TIME, "cache.max-age", "A caller's longer ttl counts as this");
  private static final Setting<Integer> VARIANTS =
      Setting.of(
          "controls.variants-max",
          Type.count(1, VARIANTS_MAX),
          "20",
          "How many different answers to one call a caller may have kept, to be given in turn");
  private static final Setting<String> ANSWERS =
      Setting.of(
          "controls.answers",
          Name.FIELD,
          Controls.DEFAULT.answers(),
          "The Cache-Control of answers, which tells browsers and CDNs what they may keep");

  static final Section SECTION =
      new Section(
          "controls",
          "What callers may say about caching, and what answers tell other caches",
          List.of(PRODUCTS, FORBID, TTL_MIN, TTL_MAX, VARIANTS, ANSWERS));

  private ControlsRows() {}

  static Controls controls(Draft draft) {
    var values = draft.values();
    var longest = values.find(TTL_MAX);
    if (longest != null && longest.compareTo(values.get(TTL_MIN)) < 0) {
      draft.complain(
          values.origin(TTL_MAX),
          "expected no less than 'controls.ttl-min', which is " + values.text(TTL_MIN));
    }
    return new Controls(
        Set.copyOf(values.get(PRODUCTS)),
        Set.copyOf(values.get(FORBID)),
        values.get(TTL_MIN),
        longest,
        values.get(VARIANTS),
        values.get(ANSWERS));
  }

  /** Returns the headers that say to a product who asks, where that product may be the upstream. */
  static List<String> credentialHeaders(Values values) {
    return Arrays.stream(Product.values())
        .filter(product -> !values.get(PRODUCTS).contains(product))
        .flatMap(product -> product.credentials().stream())
        .toList();
  }

  private static String listed(Object[] all) {
    return Arrays.stream(all).map(Object::toString).collect(Collectors.joining(", "));
  }
}
