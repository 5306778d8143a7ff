package dev.refrain.gateway.controls;

import dev.refrain.Directives;
import dev.refrain.Wishes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a caller says, while it is gathered from all his words. */
final class Said {
  private final Wishes standard;
  private final List<String> directives = new ArrayList<>();
  private final Set<String> namespaces = new LinkedHashSet<>();
  private int variants = 1;

  /** Begins with what is said in Refrain's own words. */
  Said(Wishes standard) {
    this.standard = standard;
    namespace(standard.namespace());
  }

  /** Returns what is said by {@code Cache-Control}. */
  Directives standard() {
    return standard.directives();
  }

  /** Adds a directive as it could stand in {@code Cache-Control}. */
  void directive(String directive) {
    directives.add(directive);
  }

  /** Adds a name that tells this call from the same one under another name. */
  void namespace(String name) {
    if (!name.isEmpty()) {
      namespaces.add(name);
    }
  }

  void variants(int count) {
    variants = count;
  }

  /** Returns all of it; a call of several namespaces belongs to one of its own. */
  Wishes wishes() {
    return new Wishes(
        standard().and(Directives.of(directives)), String.join("/", namespaces), variants);
  }
}
