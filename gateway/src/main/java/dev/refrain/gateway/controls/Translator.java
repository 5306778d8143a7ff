package dev.refrain.gateway.controls;

import dev.refrain.Headers;
import dev.refrain.Request;
import dev.refrain.Wishes;
import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.settings.Controls.Product;
import java.util.List;
import java.util.stream.Stream;

/** Translates what callers say about caching, in whatever words, into wishes that are allowed. */
public final class Translator {
  /*
   * Few callers use other words than HTTP's, and hits are answered on the event loop. So a request
   * is first searched for them, without taking memory, and translated only if there are some.
   *
   * What is addressed to a product that is understood ends here: its upstream is not that product,
   * to which the caller may be sending a credential besides. So it can be no part of a key either,
   * but by its meaning. What is addressed to others is a header or a member like any other.
   */

  private static final int LOWER_CASE = 0x20;

  private final List<Product> understood; // always in the same order, as namespaces are in the key
  private final List<String> prefixes;
  private final Allowance allowance;

  /** Understands and allows what the operator says. */
  public Translator(Controls controls) {
    understood = Stream.of(Product.values()).filter(controls.products()::contains).toList();
    prefixes = understood.stream().flatMap(product -> prefixes(product).stream()).toList();
    allowance = new Allowance(controls);
  }

  /**
   * What a caller asks, and what he wishes of the cache.
   *
   * @param request without what was addressed to other products; the same as was given if nothing
   *     was
   */
  public record Translation(Request request, Wishes wishes) {}

  /** Translates a request in a dialect. */
  public Translation translate(Request request) {
    var headers = request.headers();
    var standard = Wishes.of(headers);
    var inBody = understood.contains(Product.LITELLM) ? LiteLlm.find(request.body()) : null;
    boolean inHeaders = headers.anyName(this::withholds);
    if (inBody == null && !inHeaders) {
      return new Translation(request, allowance.of(standard));
    }
    var said = new Said(standard);
    if (inBody != null) {
      inBody.tell(said);
    }
    if (inHeaders) {
      understood.forEach(product -> tell(product, headers, said));
    }
    var rest =
        request.with(
            inHeaders ? headers.only(name -> !withholds(name)) : headers,
            (inBody == null) ? request.body() : inBody.rest());
    return new Translation(rest, allowance.of(said.wishes()));
  }

  /** Returns whether a header is addressed to a product that is understood, and so ends here. */
  public boolean withholds(String name) {
    if (name.isEmpty()) {
      return false;
    }
    int first = name.charAt(0) | LOWER_CASE; // most names are told from all prefixes by one letter
    for (int i = 0; i < prefixes.size(); i++) {
      var prefix = prefixes.get(i);
      if (first == prefix.charAt(0) && name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }

  /** Returns the headers, in lower case, with which callers name their namespace. */
  public List<String> namespaces() {
    return understood.stream().flatMap(product -> namespace(product).stream()).toList();
  }

  private static List<String> namespace(Product product) {
    return switch (product) {
      case LITELLM -> List.of(); // it has its say in the body
      case HELICONE -> List.of(Helicone.NAMESPACE);
      case CLOUDFLARE -> List.of(Cloudflare.NAMESPACE);
      case PORTKEY -> List.of(Portkey.NAMESPACE);
    };
  }

  private static List<String> prefixes(Product product) {
    return switch (product) {
      case LITELLM -> List.of("x-litellm-");
      case HELICONE -> List.of("helicone-");
      case CLOUDFLARE -> List.of("cf-aig-", "cf-skip-cache", "cf-cache-ttl");
      case PORTKEY -> List.of("x-portkey-");
    };
  }

  private static void tell(Product product, Headers headers, Said said) {
    switch (product) {
      case LITELLM -> {} // it has its say in the body
      case HELICONE -> Helicone.tell(headers, said);
      case CLOUDFLARE -> Cloudflare.tell(headers, said);
      case PORTKEY -> Portkey.tell(headers, said);
    }
  }
}
