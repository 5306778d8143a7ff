package dev.refrain.gateway.controls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Directives;
import dev.refrain.Headers;
import dev.refrain.Request;
import dev.refrain.Wishes;
import dev.refrain.gateway.controls.Translator.Translation;
import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.settings.Controls.Control;
import dev.refrain.gateway.settings.Controls.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers of other products say, in Refrain's words; each line of the tables is a case. */
final class TranslatorTest {
  private static final byte[] BODY = bytes("{\"model\":\"m\"}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # | variants
          x: y                                                                |                            |           | 1
          Cache-Control: max-age=60, ttl=90                                   | max-age=60, ttl=90         |           | 1
          Pragma: no-cache                                                    | no-cache                   |           | 1
          Refrain-Namespace: v1                                               |                            | v1        | 1
          # Helicone
          Helicone-Cache-Enabled: true                                        |                            |           | 1
          Helicone-Cache-Enabled: TRUE; Cache-Control: max-age=60             | max-age=60, ttl=60         |           | 1
          Helicone-Cache-Enabled: true; Cache-Control: public, max-age=604800 | max-age=604800, ttl=604800 |           | 1
          Cache-Control: max-age=60                                           | max-age=60                 |           | 1
          Helicone-Cache-Enabled: false                                       | no-store                   |           | 1
          Helicone-Cache-Enabled:                                             | no-store                   |           | 1
          Helicone-Cache-Seed: user-123                                       |                            | user-123  | 1
          Helicone-Cache-Bucket-Max-Size: 3                                   |                            |           | 3
          Helicone-Cache-Bucket-Max-Size: 20                                  |                            |           | 20
          Helicone-Cache-Bucket-Max-Size: 21                                  |                            |           | 20
          Helicone-Cache-Bucket-Max-Size: 999999999                           |                            |           | 20
          Helicone-Cache-Bucket-Max-Size: 9999999999                          |                            |           | 1
          Helicone-Cache-Bucket-Max-Size: 0                                   |                            |           | 1
          Helicone-Cache-Bucket-Max-Size: -3                                  |                            |           | 1
          Helicone-Cache-Bucket-Max-Size: many                                |                            |           | 1
          Helicone-Cache-Ignore-Keys: request_id                              |                            |           | 1
          Helicone-Auth: Bearer sk-helicone; Helicone-Property-App: x         |                            |           | 1
          # Cloudflare
          cf-aig-skip-cache: true                                             | no-store                   |           | 1
          cf-aig-skip-cache: false                                            |                            |           | 1
          cf-skip-cache: true                                                 | no-store                   |           | 1
          cf-aig-cache-ttl: 3600                                              | ttl=3600                   |           | 1
          cf-aig-cache-ttl: 3600; Cache-Control: ttl=60                       | ttl=60                     |           | 1
          cf-aig-cache-ttl: an hour                                           | ttl=0                      |           | 1
          cf-cache-ttl: 3600000                                               |                            |           | 1
          cf-aig-cache-key: responseA                                         |                            | responseA | 1
          cf-aig-cache-key: a; cf-aig-cache-key: b                            |                            | a/b       | 1
          # Portkey
          x-portkey-cache-force-refresh: true                                 | no-cache                   |           | 1
          x-portkey-cache-force-refresh: True                                 | no-cache                   |           | 1
          x-portkey-cache-force-refresh: false                                |                            |           | 1
          x-portkey-cache-namespace: user-123                                 |                            | user-123  | 1
          x-portkey-config: pc-cache-xxx                                      |                            |           | 1
          x-portkey-config: {"cache":{"mode":"simple","max_age":60}}          | ttl=60                     |           | 1
          x-portkey-config: {"cache":{"mode":"semantic"}}                     |                            |           | 1
          x-portkey-config: {"cache":{"max_age":"60"}}                        |                            |           | 1
          x-portkey-config: {"cache":{"max_age":-1}}                          | ttl=0                      |           | 1
          x-portkey-config: {"cache":"simple"}                                |                            |           | 1
          x-portkey-config: {"cache":                                         |                            |           | 1
          x-portkey-config: {"retry":{"attempts":3}}                          |                            |           | 1
          # Together: the strictest of each, and what was wanted apart stays apart.
          Cache-Control: no-cache; cf-aig-cache-ttl: 60                       | no-cache, ttl=60           |           | 1
          cf-aig-cache-ttl: 90; x-portkey-config: {"cache":{"max_age":60}}    | ttl=60                     |           | 1
          Refrain-Namespace: v1; Helicone-Cache-Seed: s; cf-aig-cache-key: k  |                            | v1/s/k    | 1
          Helicone-Cache-Seed: s; cf-aig-cache-key: s                         |                            | s         | 1
          """)
  void headersAreUnderstood(
      String headers, @Nullable String directives, @Nullable String namespace, int variants) {
    var translation = translate(Controls.DEFAULT, headers, BODY);

    assertThat(translation.wishes()).isEqualTo(wishes(directives, namespace, variants));
    assertThat(translation.request().body()).isSameAs(BODY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'ttl':300}                        | ttl=300",
        "{'ttl':300.9}                      | ttl=300",
        "{'ttl':3e2}                        | ttl=300",
        "{'ttl':0}                          | ttl=0",
        "{'ttl':1e300}                      | ttl=2147483647",
        "{'s-maxage':60}                    | max-age=60",
        "{'s-max-age':60}                   | max-age=60",
        "{'no-cache':true}                  | no-cache",
        "{'no-store':true}                  | no-store",
        "{'no-cache':false,'no-store':false}| ~~",
        "{'use-cache':true}                 | ~~",
        "{'use-cache':false}                | no-store",
        "{'ttl':null,'no-cache':null}       | ~~",
        "{'ttl':1,'s-maxage':2,'no-cache':true} | ttl=1, max-age=2, no-cache",
        "{ 'no-cache' : true , 'ttl' : 5 }  | ttl=5, no-cache",
      })
  void theObjectInTheBodyIsUnderstoodAndCutOut(String object, String directives) {
    var body = "{\"model\":\"m\", \"cache\": " + object.replace('\'', '"') + " , \"n\":1}";
    var translation = translate(Controls.DEFAULT, "x: y", bytes(body));

    assertThat(translation.wishes()).isEqualTo(wishes(directives, null, 1));
    assertThat(translation.request().body())
        .asString(UTF_8)
        .isEqualTo("{\"model\":\"m\", \"n\":1}");
  }

  @Test
  void theNamespaceInTheBodyIsOneLikeAnyOther() {
    var body = bytes("{\"cache\":{\"namespace\":\"prompt/ä\"},\"model\":\"m\"}");

    assertThat(translate(Controls.DEFAULT, "x: y", body).wishes().namespace())
        .isEqualTo("prompt/ä");
    assertThat(translate(Controls.DEFAULT, "Refrain-Namespace: v1", body).wishes().namespace())
        .isEqualTo("v1/prompt/ä");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'cache':{}}",
        "{'cache':null}",
        "{'cache':true}",
        "{'cache':'no-cache'}",
        "{'cache':300}",
        "{'cache':[{'ttl':300}]}",
        "{'cache':{'ttl':300,'type':'exact_match'}}",
        "{'cache':{'ttl':'300'}}",
        "{'cache':{'ttl':-1}}",
        "{'cache':{'TTL':300}}",
        "{'cache':{'no-cache':'true'}}",
        "{'cache':{'no-cache':1}}",
        "{'cache':{'namespace':7}}",
        "{'cache':{'ttl':300},'cache':{'ttl':300}}",
        "{'cache':{'ttl':300}",
        "{'messages':[{'cache':{'ttl':300}}]}",
        "{'extra':{'cache':{'ttl':300}}}",
        "{'content':'cache'}",
        "{'content':'say \\'cache\\': {\\'ttl\\':300}'}",
        "[{'cache':{'ttl':300}}]",
        "'cache'",
        "{'cache_control':{'type':'ephemeral','ttl':300}}",
        "",
        "cache",
      })
  void whatIsNotLiteLlmsIsLeftAlone(String text) {
    var body = bytes(text.replace('\'', '"'));
    var translation = translate(Controls.DEFAULT, "x: y", body);

    assertThat(translation.request().body()).isSameAs(body);
    assertThat(translation.wishes()).isEqualTo(wishes(null, null, 1));
  }

  @Test
  void theObjectIsFoundWhereverItStands() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      var before = padding(random);
      var after = padding(random);
      var whole = "{\"a\":\"" + before + "\",\"cache\":{\"ttl\":5},\"z\":\"" + after + "\"}";
      var rest = "{\"a\":\"" + before + "\",\"z\":\"" + after + "\"}";

      assertThat(translate(Controls.DEFAULT, "x: y", bytes(whole)).request().body())
          .asString(UTF_8)
          .isEqualTo(rest);
    }
  }

  private static String padding(Random random) {
    var padding = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      padding.append("cahe,:é世".charAt(random.nextInt(8)));
    }
    return padding.toString();
  }

  @Test
  void whatIsAddressedToOthersEndsHere() {
    var headers =
        "Authorization: Bearer sk-1; Helicone-Auth: Bearer x; HELICONE-Property-A: b; Accept: c;"
            + " cf-aig-cache-ttl: 60; cf-aig-authorization: x; cf-cache-ttl: 1; cf-ray: r;"
            + " X-Portkey-Api-Key: x; x-portkey-trace-id: t; x-litellm-api-key: k; helicone: h";
    var translation = translate(Controls.DEFAULT, headers, BODY);

    assertThat(names(translation.request().headers()))
        .containsExactly("Authorization", "Accept", "cf-ray", "helicone");
  }

  @ParameterizedTest
  @EnumSource(Product.class)
  void whatIsNotUnderstoodIsPassedOnUntouched(Product product) {
    var others = EnumSet.complementOf(EnumSet.of(product));
    var body = bytes("{\"model\":\"m\",\"cache\":{\"no-cache\":true}}");
    var headers =
        switch (product) {
          case LITELLM -> "x-litellm-api-key: k";
          case HELICONE -> "Helicone-Cache-Enabled: false; Helicone-Cache-Seed: s";
          case CLOUDFLARE -> "cf-aig-skip-cache: true; cf-aig-cache-key: k";
          case PORTKEY -> "x-portkey-cache-force-refresh: true; x-portkey-cache-namespace: n";
        };
    var translation = translate(controls(others, Set.of()), headers, body);

    assertThat(translation.request().headers()).isEqualTo(headers(headers));
    if (product == Product.LITELLM) {
      assertThat(translation.request().body()).isSameAs(body);
      assertThat(translation.wishes()).isEqualTo(wishes(null, null, 1));
    } else {
      assertThat(translation.wishes()).isEqualTo(wishes("no-cache", null, 1));
    }
  }

  private static final String ALL =
      "no-cache, no-store, only-if-cached, max-age=1, max-stale=2, min-fresh=3,"
          + " stale-if-error=4, ttl=5";

  @ParameterizedTest
  @EnumSource(Control.class)
  void whatIsNotAllowedIsAsIfNotSaid(Control forbidden) {
    var headers =
        "Cache-Control: " + ALL + "; Refrain-Namespace: n; Helicone-Cache-Bucket-Max-Size: 3";
    var translation =
        translate(controls(Set.of(Product.values()), Set.of(forbidden)), headers, BODY);

    var rest = ALL.replaceAll("(^|, )" + forbidden + "(=.)?(?=,|$)", "");
    var namespace = (forbidden == Control.NAMESPACE) ? null : "n";
    int variants = (forbidden == Control.VARIANTS) ? 1 : 3;
    assertThat(translation.wishes()).isEqualTo(wishes(rest, namespace, variants));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ttl=59          | ttl=60",
        "ttl=60          | ttl=60",
        "ttl=3600        | ttl=3600",
        "ttl=3601        | ttl=3600",
        "max-age=0       | max-age=60",
        "max-age=3601    | max-age=3601",
        "min-fresh=1     | min-fresh=1",
        "no-cache        | no-cache",
      })
  void timesAreKeptWithinTheLimits(String said, String meant) {
    var controls =
        new Controls(Set.of(), Set.of(), Duration.ofMinutes(1), Duration.ofHours(1), 2, "private");

    assertThat(translate(controls, "Cache-Control: " + said, BODY).wishes())
        .isEqualTo(wishes(meant, null, 1));
  }

  private static Controls controls(Set<Product> products, Set<Control> forbidden) {
    return new Controls(products, forbidden, Duration.ZERO, null, 20, "private");
  }

  private static Wishes wishes(
      @Nullable String directives, @Nullable String namespace, int variants) {
    return new Wishes(
        (directives == null) ? Directives.NONE : Directives.of(List.of(directives)),
        (namespace == null) ? "" : namespace,
        variants);
  }

  private static Translation translate(Controls controls, String headers, byte[] body) {
    var request = Request.post("", "/v1/chat/completions", headers(headers), body);
    return new Translator(controls).translate(request);
  }

  private static Headers headers(String fields) {
    var list = new ArrayList<String>();
    for (var field : fields.split("; *", -1)) {
      int colon = field.indexOf(':');
      list.add(field.substring(0, colon));
      list.add(field.substring(colon + 1).strip());
    }
    return Headers.of(list);
  }

  private static List<String> names(Headers headers) {
    var names = new ArrayList<String>();
    headers.forEach((name, value) -> names.add(name));
    return names;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
