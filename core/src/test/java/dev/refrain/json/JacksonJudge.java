package dev.refrain.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Holds our parser to the judgement of Jackson's, as far as that is as strict. */
final class JacksonJudge {
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private JacksonJudge() {}

  /** Checks that both read the same tokens, or that both reject the document. */
  static void check(byte[] document) {
    Json json;
    try {
      json = Json.parse(document);
    } catch (JsonRejected rejected) {
      switch (rejected.reason()) {
        case NOT_STRICT, DUPLICATE_NAME -> assertThat(isRead(document)).as("rejected").isFalse();
        case NOT_UTF8, LONE_SURROGATE, TOO_DEEP, TOO_LARGE -> {} // where Jackson is lenient
      }
      return;
    }
    assertThat(tokens(json)).isEqualTo(tokens(document));
    byte[] canonical = CanonicalJson.bytes(json, Set.of());
    assertThat(canonicalOf(canonical)).isEqualTo(canonical);
  }

  private static byte[] canonicalOf(byte[] canonical) {
    try {
      return CanonicalJson.bytes(Json.parse(canonical), Set.of());
    } catch (JsonRejected e) {
      throw new AssertionError("a canonical form is rejected", e);
    }
  }

  private static boolean isRead(byte[] document) {
    try (var parser = JACKSON.createParser(document)) {
      if (parser.nextToken() == null) {
        return false;
      }
      skipValue(parser);
      return parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void skipValue(JsonParser parser) throws IOException {
    parser.skipChildren();
    parser.finishToken();
  }

  private static List<String> tokens(byte[] document) {
    var tokens = new ArrayList<String>();
    try (var parser = JACKSON.createParser(document)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean isText = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        tokens.add((isText ? "text " : "") + parser.getText());
      }
    } catch (IOException e) {
      throw new AssertionError("Jackson rejects what we read", e);
    }
    return tokens;
  }

  private static List<String> tokens(Json json) {
    var tokens = new ArrayList<String>();
    collect(json, tokens);
    return tokens;
  }

  private static void collect(Json json, List<String> tokens) {
    switch (json.kind()) {
      case OBJECT -> {
        tokens.add("{");
        for (var member : json.members()) {
          collect(member.name(), tokens);
          collect(member.value(), tokens);
        }
        tokens.add("}");
      }
      case ARRAY -> {
        tokens.add("[");
        json.elements().forEach(element -> collect(element, tokens));
        tokens.add("]");
      }
      case STRING -> tokens.add("text " + json.text());
      case NUMBER, TRUE, FALSE, NULL -> tokens.add(json.raw());
    }
  }
}
