package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.settings.Controls.Control;
import dev.refrain.gateway.settings.Controls.Product;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of other products move here by changing one line: what they say goes on to work. */
@Timeout(60)
final class ControlsTest {
  private static final String BODY = chat("Who?");
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final byte[] OTHER = Wire.json(Samples.COMPLETION.replace("Grüße", "Moin"));

  /** What may stand in the body, in each place, with the body that is left of it. */
  private static String withCache(String place, String cache) {
    var member = "\"cache\": " + cache;
    return switch (place) {
      case "first" -> BODY.replaceFirst("\\{", "{" + member + ",");
      case "middle" -> BODY.replace("\"messages\"", member + ", \"messages\"");
      case "last" -> BODY.substring(0, BODY.length() - 1) + " , " + member + "}";
      default -> throw new IllegalArgumentException(place);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "middle", "last"})
  void theObjectInTheBodyComesNeitherToTheUpstreamNorIntoTheKey(String place) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      var first = stage.chat(withCache(place, "{\"ttl\": 300, \"no-store\": false}"));
      assertThat(first.cacheStatus()).isEqualTo("refrain; fwd=miss");
      assertThat(stage.provider().call(0).text()).isEqualTo(BODY);

      assertThat(stage.chat(BODY).isHit()).isTrue();
      assertThat(stage.chat(withCache("last", "{\"ttl\": 99}")).cacheStatus())
          .matches("refrain; hit; ttl=9[0-9]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"type\": \"exact_match\", \"ttl\": 300}", "true"})
  void whatElseIsCalledCacheComesToTheUpstreamAndIntoTheKey(String cache) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      var body = withCache("middle", cache);
      stage.chat(body);
      assertThat(stage.provider().call(0).text()).isEqualTo(body);
      assertThat(stage.chat(BODY).isHit()).isFalse();
    }
  }

  @Test
  void aLargeBodyIsReadAwayFromTheEventLoopAllTheSame() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      var large = chat("Who? ".repeat(40_000));
      stage.chat(large.replaceFirst("\\{", "{\"cache\":{\"ttl\":60},"));
      assertThat(stage.provider().call(0).text()).isEqualTo(large);
      assertThat(stage.chat(large).isHit()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Helicone-Cache-Enabled: true",
        "Helicone-Auth: Bearer sk-helicone",
        "cf-aig-cache-ttl: 3600",
        "cf-aig-skip-cache: false",
        "x-portkey-config: {\"cache\":{\"mode\":\"simple\",\"max_age\":60}}",
        "x-litellm-api-key: sk-litellm"
      })
  void headersOfOthersComeNeitherToTheUpstreamNorIntoTheKey(String header) throws Exception {
    try (var stage = Stage.set()) {
      var name = header.substring(0, header.indexOf(':'));
      stage.provider().next(REPLY);
      stage.provider().next(Wire.json("{}"));
      stage.chat(BODY, header);
      assertThat(stage.chat(BODY).isHit()).isTrue();
      assertThat(stage.chat(BODY, header).isHit()).isTrue();

      stage.call(Wire.get("/v1/models", header)); // relayed
      for (int i = 0; i < 2; i++) {
        assertThat(stage.provider().call(i).head().names())
            .doesNotContain(name.toLowerCase(Locale.ROOT));
      }
    }
  }

  @Test
  void aProductThatIsTheUpstreamItselfIsToldAll() throws Exception {
    var others = EnumSet.complementOf(EnumSet.of(Product.HELICONE));
    var controls = controls(others, Set.of());
    try (var stage = Stage.set(setup -> setup.controls(controls))) {
      stage.provider().next(REPLY);
      stage.provider().next(Wire.json("{}"));
      stage.chat(BODY, "Helicone-Cache-Enabled: false");
      assertThat(stage.chat(BODY).isHit()).isTrue();
      stage.call(Wire.get("/v1/models", "Helicone-Cache-Enabled: false"));
      for (int i = 0; i < 2; i++) {
        assertThat(stage.provider().call(i).head().get("helicone-cache-enabled"))
            .isEqualTo("false");
      }
    }
  }

  @Test
  void whoShowsSuchAProductAnotherCredentialIsAnother() throws Exception {
    var others = EnumSet.complementOf(EnumSet.of(Product.HELICONE));
    var credential = Product.HELICONE.credentials().getFirst();
    try (var stage =
        Stage.set(
            setup -> setup.controls(controls(others, Set.of())).credentialHeaders(credential))) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.chat(BODY, "Helicone-Auth: Bearer a");
      assertThat(stage.chat(BODY, "Helicone-Auth: Bearer b").text()).contains("Moin");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Helicone-Cache-Seed: user-1",
        "cf-aig-cache-key: user-1",
        "x-portkey-cache-namespace: user-1",
        "Refrain-Namespace: user-1"
      })
  void whatWasWantedApartStaysApart(String header) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.chat(BODY);
      assertThat(stage.chat(BODY, header).text()).contains("Moin");
      assertThat(stage.chat(BODY).text()).contains("Grüße");
      // one namespace, by whatever name it is called
      assertThat(stage.chat(withCache("last", "{\"namespace\":\"user-1\"}")).text())
          .contains("Moin");
    }
  }

  @Test
  void aKeyOfOnesOwnNeverMixesDifferentCalls() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.provider().next(REPLY);
      stage.chat(BODY, "cf-aig-cache-key: same");
      assertThat(stage.chat(chat("What?"), "cf-aig-cache-key: same").text()).contains("Moin");
      var stranger = stage.chat(BODY, "cf-aig-cache-key: same", "Authorization: Bearer other");
      assertThat(stranger.isHit()).isFalse();
    }
  }

  @Test
  void severalAnswersAreGivenInTurn() throws Exception {
    try (var stage = Stage.set()) {
      for (var word : List.of("eins", "zwei", "drei")) {
        stage.provider().next(Wire.json(Samples.COMPLETION.replace("Grüße", word)));
      }
      var told = new ArrayList<String>();
      for (int i = 0; i < 7; i++) {
        var reply = stage.chat(BODY, "Helicone-Cache-Bucket-Max-Size: 3");
        assertThat(reply.isHit()).isEqualTo(i >= 3);
        told.add(reply.text().replaceAll("(?s).*(eins|zwei|drei).*", "$1"));
      }
      assertThat(told).containsExactly("eins", "zwei", "drei", "eins", "zwei", "drei", "eins");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-portkey-cache-force-refresh: true", "{\"no-cache\": true}"})
  void aFreshAnswerCanBeForced(String control) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.chat(BODY);
      assertThat(ask(stage, control).cacheStatus())
          .isEqualTo("refrain; fwd=request; detail=no-cache");
      assertThat(stage.chat(BODY).text()).contains("Moin");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cf-aig-skip-cache: true",
        "Helicone-Cache-Enabled: false",
        "{\"no-store\": true}",
        "{\"use-cache\": false}"
      })
  void theCacheCanBeLeftOut(String control) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      assertThat(ask(stage, control).cacheStatus())
          .isEqualTo("refrain; fwd=bypass; detail=no-store");
      assertThat(stage.chat(BODY).isHit()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cf-aig-cache-ttl: 0",
        "{\"ttl\": 0}",
        "x-portkey-config: {\"cache\":{\"max_age\":0}}",
      })
  void anAnswerThatMayNotAgeIsFetchedForEachAndKeptForNobody(String control) throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(REPLY);
      stage.provider().next(OTHER);
      stage.provider().otherwise(exchange -> exchange.send(REPLY));
      ask(stage, control);
      assertThat(ask(stage, control).text()).contains("Moin");
      assertThat(stage.chat(BODY, "Cache-Control: max-age=3600").isHit()).isFalse();
    }
  }

  @Test
  void whatTheOperatorForbidsIsAsIfNotSaid() throws Exception {
    var controls =
        controls(Set.of(Product.values()), EnumSet.complementOf(EnumSet.of(Control.TTL)));
    try (var stage = Stage.set(setup -> setup.controls(controls))) {
      stage.provider().next(REPLY);
      stage.chat(BODY);
      for (var control :
          List.of(
              "Cache-Control: no-cache",
              "Cache-Control: no-store",
              "Pragma: no-cache",
              "cf-aig-skip-cache: true",
              "Refrain-Namespace: other",
              "{\"no-cache\": true, \"namespace\": \"other\"}")) {
        assertThat(ask(stage, control).isHit()).as(control).isTrue();
      }
      assertThat(ask(stage, "cf-aig-cache-ttl: 60").cacheStatus())
          .matches("refrain; hit; ttl=[56][0-9]");
    }
  }

  private static Controls controls(Set<Product> products, Set<Control> forbidden) {
    return new Controls(products, forbidden, Duration.ZERO, null, 20, "private, no-store");
  }

  /** Asks with a header, or with an object in the body. */
  private static RawReply ask(Stage stage, String control) throws Exception {
    return control.startsWith("{")
        ? stage.chat(withCache("middle", control))
        : stage.chat(BODY, control);
  }
}
