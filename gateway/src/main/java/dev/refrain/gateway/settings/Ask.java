package dev.refrain.gateway.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How {@code /ask} is answered.
 *
 * @param model that is asked if the question names none
 * @param upstream that is asked, except for model {@code demo}
 * @param credential that the gateway shows to the upstream; null for none
 * @param maxAge for how long browsers and CDNs may keep an answer
 */
public record Ask(String model, String upstream, @Nullable String credential, Duration maxAge) {
  /** The model that needs no network. */
  public static final Ask DEFAULT = new Ask("demo", "openai", null, Duration.ofHours(1));

  /** Never shows the credential. */
  @Override
  public String toString() {
    return "Ask[model=%s, upstream=%s, credential=%s, maxAge=%s]"
        .formatted(model, upstream, (credential == null) ? "none" : "hidden", maxAge);
  }
}
