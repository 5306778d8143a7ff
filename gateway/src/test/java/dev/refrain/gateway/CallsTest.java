package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Poll;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each answer carries the name of its call, by which that is found for a while. */
@Timeout(60)
final class CallsTest {
  private static final String ID = "refrain-request-id";

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aMissAndAHitAreFoundByTheirNames() throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var miss = stage.chat(chat("Who?"), "refrain-namespace: v1");
    var hit = stage.chat(chat("Who?"), "refrain-namespace: v1");

    assertThat(miss.header(ID)).isNotEmpty().isNotEqualTo(hit.header(ID));
    var missed = call(miss);
    var replayed = call(hit);
    assertThat(missed.get("outcome").text()).isEqualTo("fetched");
    assertThat(replayed.get("outcome").text()).isEqualTo("replayed");
    assertThat(replayed.get("status").asLong(0)).isEqualTo(200);
    assertThat(replayed.get("key").text()).hasSize(64).isEqualTo(missed.get("key").text());
    assertThat(replayed.get("model").text()).isEqualTo("gpt-test");
    assertThat(replayed.get("namespace").text()).isEqualTo("v1");
    assertThat(replayed.get("millis").asDouble(-1)).isPositive();
  }

  @Test
  void aCallThatWasPassedOnSaysWhy() throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    var passed = stage.chat(chat("Who?"), "cache-control: no-store", "authorization: Bearer sk-1");

    assertThat(call(passed).get("reason").text()).isEqualTo("no-store");
    assertThat(call(passed).get("why").text()).contains("no-store");
    assertThat(call(passed).toString()).doesNotContain("sk-1");
  }

  @Test
  void aCallThatFailedIsFoundToo() throws Exception {
    stage.provider().next(exchange -> exchange.reset());
    stage.provider().otherwise(exchange -> exchange.reset());
    var failed = stage.chat(chat("Who?"));

    assertThat(failed.status()).isEqualTo(502);
    assertThat(failed.header(ID)).isNotEmpty();
    assertThat(call(failed).get("outcome").text()).isEqualTo("failed");
    assertThat(call(failed).get("status").asLong(0)).isEqualTo(502);
  }

  @Test
  void theNewestComesFirst() throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
    var names = new HashSet<String>();
    String last = "";
    for (int i = 0; i < 5; i++) {
      last = stage.chat(chat("Who? " + i)).header(ID);
      names.add(last);
    }
    assertThat(names).hasSize(5);
    awaitNoted(last);
    var listed = Json.parse(get("/-/api/calls?limit=3").body()).get("calls");

    assertThat(listed.size()).isEqualTo(3);
    assertThat(listed.elements().iterator().next().get("id").text()).isEqualTo(last);
    assertThat(get("/-/api/calls?limit=x").status()).isEqualTo(400);
    assertThat(get("/-/api/calls?limit=-1").status()).isEqualTo(400);
  }

  @Test
  void whatIsNotKnownIsNotFound() throws Exception {
    assertThat(get("/-/api/calls/nobody-1").status()).isEqualTo(404);
  }

  private Json call(RawReply reply) throws Exception {
    awaitNoted(reply.header(ID));
    return Json.parse(get("/-/api/calls/" + reply.header(ID)).body());
  }

  /** A call is noted when it is over, which its client may know first. */
  private void awaitNoted(String id) {
    Poll.until("a call " + id, () -> isNoted(id));
  }

  private boolean isNoted(String id) {
    try {
      return get("/-/api/calls/" + id).status() == 200;
    } catch (Exception e) {
      throw new AssertionError(id, e);
    }
  }

  private RawReply get(String path) throws Exception {
    return stage.call(Wire.head("GET " + path + " HTTP/1.1", "host: localhost"));
  }
}
