package dev.refrain.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.management.ThreadMXBean;
import dev.refrain.json.JsonRejected.Reason;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLimitsTest {
  private static final JsonLimits SMALL = new JsonLimits(20, 3, 5);

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "[                  ] ; [                   ] ; TOO_LARGE",
        "[[[]]]               ; [[[[]]]]              ; TOO_DEEP",
        "[{\"a\":[]}]         ; [{\"a\":[{}]}]        ; TOO_DEEP",
        "[[[]],[[]]]          ; [[[]],[[[]]]]         ; TOO_DEEP",
        "[1,2,3,4]            ; [1,2,3,4,5]           ; TOO_LARGE",
        "{\"a\":1,\"b\":2}    ; [{\"a\":1,\"b\":2}]   ; TOO_LARGE"
      })
  void eachLimitIsReachedButNotPassed(String within, String beyond, Reason reason)
      throws Exception {
    Json.parse(within.getBytes(US_ASCII), SMALL);
    assertRejected(beyond, SMALL, reason);
  }

  @Test
  void namesAndNumbersMayBeLongButNotEndless() throws Exception {
    parse("{\"" + "n".repeat(49_998) + "\":0}");
    assertRejected("{\"" + "n".repeat(49_999) + "\":0}", JsonLimits.DEFAULT, Reason.TOO_LARGE);
    parse("[" + "9".repeat(1_000) + "]");
    assertRejected("[" + "9".repeat(1_001) + "]", JsonLimits.DEFAULT, Reason.TOO_LARGE);
  }

  @Test
  void theDeepestDocumentOfAllIsWrittenAsItWasRead() throws Exception {
    var limits = new JsonLimits(10_000, 1_000, 10_000);
    var deep = "[{\"a\":".repeat(500) + "0" + "}]".repeat(500);

    var canonical = CanonicalJson.bytes(Json.parse(deep.getBytes(US_ASCII), limits), Set.of());
    assertThat(canonical).asString(US_ASCII).isEqualTo(deep);
    assertRejected(deep, JsonLimits.DEFAULT, Reason.TOO_DEEP);
  }

  @Test
  void aLargeImageTakesNextToNoMemoryBesidesTheBody() throws Exception {
    var body = "{\"image\":\"data:image/png;base64," + "iVBORw0KGgo".repeat(1_900_000) + "\"}";
    byte[] bytes = body.getBytes(US_ASCII);
    var digest = MessageDigest.getInstance("SHA-256");
    assertThat(bytes).hasSizeGreaterThan(20_000_000);

    long before = allocatedBytes();
    CanonicalJson.write(Json.parse(bytes), Set.of(), digest::update);
    long allocated = allocatedBytes() - before;

    assertThat(allocated).isLessThan(100_000);
  }

  @Test
  void limitsThatCannotBeKeptAreRefused() {
    assertThatThrownBy(() -> new JsonLimits(-1, 1, 1)).hasMessage("bytesMax");
    assertThatThrownBy(() -> new JsonLimits(1, 1_001, 1)).hasMessage("depthMax");
    assertThatThrownBy(() -> new JsonLimits(1, 1, 1 << 27)).hasMessage("nodesMax");
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static Json parse(String json) throws JsonRejected {
    return Json.parse(json.getBytes(US_ASCII));
  }

  private static void assertRejected(String json, JsonLimits limits, Reason reason) {
    assertThatThrownBy(() -> Json.parse(json.getBytes(US_ASCII), limits))
        .asInstanceOf(type(JsonRejected.class))
        .returns(reason, JsonRejected::reason);
  }
}
