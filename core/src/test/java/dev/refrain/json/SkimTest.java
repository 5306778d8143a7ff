package dev.refrain.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SkimTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"llama\"}",
        " \r\n\t{ \"model\" : \"llama\" }",
        "{\"a\":[\"model\",\"x\"],\"b\":{\"model\":\"x\"},\"model\":\"llama\"}",
        "{\"a\":\"model\",\"b\":\"x\\\\\",\"c\":\"\\\"\",\"model\":\"ll\\u0061ma\"}",
        "{\"model\":\"llama\",\"model\":\"llama\"}",
        "{\"model\":\"llama\",\"max_tokens\":\"256\"}",
        "{\"model\":\"llama\",\"messages\":[{\"role\":\"user\",\"content\":\"cut in the mid",
        "{\"a\":01,\"b\":.5,\"c\":'x',\"model\":\"llama\"}",
        "{\"model\":\"llama\"}{\"model\":\"other\"}"
      })
  void aStringIsFoundInWhatIsWellFormedAndInWhatIsNot(String text) {
    assertThat(Skim.text(text.getBytes(UTF_8), "model")).isEqualTo("llama");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "[\"model\",\"llama\"]",
        "\"model\"",
        "{\"a\":\"model\",\"b\":\"llama\"}",
        "{\"a\":{\"model\":\"llama\"}}",
        "{\"model\":[\"llama\"]}",
        "{\"model\":{\"model\":\"llama\"}}",
        "{\"model\":7,\"a\":\"llama\"}",
        "{\"model\":\"llama\",\"model\":\"other\"}",
        "{\"model\":\"lla",
        "{\"model\":\"lla\\",
        "{\"model\":\"\\x\"}",
        "{\"model\":\"a\nb\"}",
        "model=llama"
      })
  void whatIsInDoubtIsNotFound(String text) {
    assertThat(Skim.text(text.getBytes(UTF_8), "model")).isEmpty();
  }

  @Test
  void whatIsReadStrictlyIsFoundAlike() throws JsonRejected {
    var text =
        "{\"a\":[1,{\"model\":\"x\"},\"\\\\\"],\"model\":\"ll\\\"ama\\/3\",\"b\":{\"c\":null}}";
    var bytes = text.getBytes(UTF_8);
    var strict = Json.parse(bytes).members().iterator();
    strict.next();
    assertThat(Skim.text(bytes, "model")).isEqualTo(strict.next().value().text());
  }

  @Test
  void noBytesMakeItFail() {
    var random = new Random(7);
    var alphabet = "{}[],:\"\\ model\u00ff\n".getBytes(ISO_8859_1);
    for (int round = 0; round < 20_000; round++) {
      var bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = alphabet[random.nextInt(alphabet.length)];
      }
      var begun = Arrays.copyOf("{\"model\":\"m\",".getBytes(UTF_8), 13 + bytes.length);
      System.arraycopy(bytes, 0, begun, 13, bytes.length);
      assertThat(Skim.text(bytes, "model")).isNotNull();
      assertThat(Skim.text(begun, "model")).isIn("m", "");
    }
  }
}
