package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JsonWriterTest {

  @Test
  void aDocumentIsBuiltPieceByPiece() {
    var writer = new JsonWriter().beginObject();
    writer.name("error").beginObject();
    writer.name("message").string("no");
    writer.name("code").nothing();
    writer.endObject();
    writer.name("list").beginArray().number(-1).bool(true).bool(false).beginArray().endArray();
    writer.beginObject().endObject().raw("1.50").endArray();
    writer.endObject();

    assertThat(writer.toBytes())
        .asString(UTF_8)
        .isEqualTo(
            """
            {"error":{"message":"no","code":null},\
            "list":[-1,true,false,[],{},1.50]}\
            """);
  }

  @Test
  void valuesOfOtherDocumentsAreTakenAsTheyStand() throws Exception {
    var other = Json.parse("{\"a\": [1.0, \"\\u00e9\"], \"b\": 2}".getBytes(UTF_8));
    var writer = new JsonWriter().beginArray();
    other.members().forEach(member -> writer.value(member.name()).value(member.value()));

    assertThat(writer.endArray().toBytes())
        .asString(UTF_8)
        .isEqualTo("[\"a\",[1.0, \"\\u00e9\"],\"b\",2]");
  }

  @Test
  void anyTextIsReadAsItWasWritten() throws Exception {
    for (char last = 0; last < 0x3000; last++) {
      var text = "\"\\/\b\f\n\r\t\u0001\ud83d\ude00" + last;
      byte[] written = new JsonWriter().beginArray().string(text).endArray().toBytes();

      assertThat(Json.parse(written).elements().iterator().next().text()).isEqualTo(text);
    }
  }
}
