package dev.refrain.gateway.controls;

import static dev.refrain.gateway.settings.Controls.Control.MAX_AGE;
import static dev.refrain.gateway.settings.Controls.Control.MAX_STALE;
import static dev.refrain.gateway.settings.Controls.Control.MIN_FRESH;
import static dev.refrain.gateway.settings.Controls.Control.NAMESPACE;
import static dev.refrain.gateway.settings.Controls.Control.NO_CACHE;
import static dev.refrain.gateway.settings.Controls.Control.NO_STORE;
import static dev.refrain.gateway.settings.Controls.Control.ONLY_IF_CACHED;
import static dev.refrain.gateway.settings.Controls.Control.STALE_IF_ERROR;
import static dev.refrain.gateway.settings.Controls.Control.TTL;
import static dev.refrain.gateway.settings.Controls.Control.VARIANTS;

import dev.refrain.Directives;
import dev.refrain.Wishes;
import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.settings.Controls.Control;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Leaves of what callers wish what the operator allows. */
final class Allowance {
  private final Controls controls;

  Allowance(Controls controls) {
    this.controls = controls;
  }

  Wishes of(Wishes wishes) {
    var directives = wishes.directives();
    return new Wishes(
        directives.equals(Directives.NONE) ? directives : of(directives),
        allows(NAMESPACE) ? wishes.namespace() : "",
        allows(VARIANTS) ? Math.min(wishes.variants(), controls.variantsMax()) : 1);
  }

  private Directives of(Directives said) {
    return new Directives(
        said.noCache() && allows(NO_CACHE),
        said.noStore() && allows(NO_STORE),
        said.onlyIfCached() && allows(ONLY_IF_CACHED),
        atLeast(controls.ttlMin(), ifAllowed(MAX_AGE, said.maxAge())),
        ifAllowed(MAX_STALE, said.maxStale()),
        ifAllowed(MIN_FRESH, said.minFresh()),
        ifAllowed(STALE_IF_ERROR, said.staleIfError()),
        atMost(controls.ttlMax(), atLeast(controls.ttlMin(), ifAllowed(TTL, said.ttl()))));
  }

  private boolean allows(Control control) {
    return !controls.forbidden().contains(control);
  }

  private @Nullable Duration ifAllowed(Control control, @Nullable Duration said) {
    return allows(control) ? said : null;
  }

  private static @Nullable Duration atLeast(Duration min, @Nullable Duration said) {
    return (said != null && said.compareTo(min) < 0) ? min : said;
  }

  private static @Nullable Duration atMost(@Nullable Duration max, @Nullable Duration said) {
    return (said != null && max != null && said.compareTo(max) > 0) ? max : said;
  }
}
