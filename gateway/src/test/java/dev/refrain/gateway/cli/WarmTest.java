package dev.refrain.gateway.cli;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a file are sent, and their answers lie there. */
@Timeout(60)
final class WarmTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir Path directory;
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
  void whatWasSentOnceIsThereTheNextTime() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(20));

    assertThat(warm("--json", "--parallel", "4")).isZero();
    assertThat(told("fetched")).isEqualTo(20);
    assertThat(told("inputTokens")).isEqualTo(20 * 5);
    assertThat(told("outputTokens")).isEqualTo(20 * 4);
    out.getBuffer().setLength(0);
    assertThat(warm("--json")).isZero();
    assertThat(told("fresh")).isEqualTo(20);
    assertThat(told("fetched")).isZero();
    assertThat(stage.provider().calls()).isEqualTo(20);
    assertThat(stage.chat(chat("Question 7")).isHit()).isTrue();
  }

  @Test
  void whoShowsWhatIsPartOfIt() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(1));

    assertThat(warm("--header", "Authorization: Bearer sk-1")).isZero();
    assertThat(stage.chat(chat("Question 0"), "authorization: Bearer sk-1").isHit()).isTrue();
    assertThat(stage.chat(chat("Question 0")).isHit()).isFalse();
    assertThat(out.toString())
        .isEqualTo(
            """
            1 fetched for $0.00 (5 tokens in and 4 out), 0 were there, 0 failed.
            Without what nobody knows the price of: gpt-test.
            """);
  }

  @Test
  void noMoreAreSentAtOnceThanIsSaid() throws Exception {
    var gate = new Gate();
    stage.provider().otherwise(Acts.held(gate, REPLY));
    write(questions(10));
    var done = CompletableFuture.supplyAsync(() -> warm("--parallel", "3"));
    stage.provider().awaitCalls(3);
    assertThat(stage.provider().underWay()).isEqualTo(3);
    gate.open();

    assertThat(done.get()).isZero();
    assertThat(stage.provider().calls()).isEqualTo(10);
  }

  @Test
  void whatFailsIsToldWithItsLine() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    write(List.of(chat("One"), "", chat("Two"), "{\"model\":"));
    stage.provider().next(Wire.json(400, "{\"error\":{\"message\":\"no such model\"}}"));

    assertThat(warm("--parallel", "1")).isEqualTo(1);
    assertThat(err.toString()).contains("refrain: line 1: status 400, no such model\n");
    assertThat(err.toString()).contains("refrain: line 4: the answer is not kept", "unparsable");
    assertThat(out.toString()).contains("1 fetched", "2 failed");
  }

  @Test
  void whereThereIsNoRoomItComesAgain() throws Exception {
    var full = Wire.json(429, "{\"error\":{\"message\":\"slow down\"}}", "retry-after: 0");
    stage.close();
    stage = Stage.set(setup -> setup.retry(new Retry(0, Duration.ofSeconds(1))));
    stage.provider().next(full);
    stage.provider().next(full);
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(1));

    assertThat(warm("--json")).isZero();
    assertThat(told("fetched")).isEqualTo(1);
    assertThat(stage.provider().calls()).isEqualTo(3);
  }

  @Test
  void whatItCostIsToldOfStreamsToo() throws Exception {
    var prices = directory.resolve("prices.json");
    Files.writeString(
        prices,
        """
        {"date": "2026-01-01", "source": "me",
         "models": [{"model": "gpt-test", "input": 1000, "output": 3000}]}
        """);
    var events = new ArrayList<>(Samples.events("one"));
    events.add(
        events.size() - 1,
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":4}}\n\n");
    stage.provider().next(Acts.reply(Wire.stream(events)));
    stage.provider().otherwise(Acts.reply(REPLY));
    write(List.of(Samples.chatStreamUsage("One"), chat("Two"), chat("Two")));

    assertThat(warm("--parallel", "1", "--prices", "prices.json")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            2 fetched for $0.03 (10 tokens in and 8 out), 1 were there, 0 failed.
            Prices of 2026-01-01: me.
            """);
    assertThat(warm("--prices", "requests.jsonl")).isEqualTo(1);
    assertThat(err.toString()).contains("requests.jsonl: no table of prices");
  }

  @Test
  void thePricesOfTheSettingsCountIfNoOthersAreNamed() throws Exception {
    Files.writeString(directory.resolve("refrain.yaml"), "figures: {prices: prices.json}\n");
    Files.writeString(
        directory.resolve("prices.json"),
        """
        {"date": "2026-01-01", "source": "us",
         "models": [{"model": "gpt-test", "input": 1000000, "output": 0}]}
        """);
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(1));

    assertThat(warm("--json")).isZero();
    var told = Json.parse(out.toString().getBytes(UTF_8));
    assertThat(told.get("dollars").asDouble(-1)).isEqualTo(5);
    assertThat(told.get("prices").get("source").text()).isEqualTo("us");
    Files.delete(directory.resolve("prices.json"));
    assertThat(warm()).isEqualTo(1);
    assertThat(err.toString()).contains("refrain: there is no ", "prices.json");
  }

  @Test
  void whatWasSentIsNotSentOnceMore() throws Exception {
    stage.provider().next(Acts.reply(REPLY));
    stage.provider().next(Wire.json(400, "{\"error\":{\"message\":\"no\"}}"));
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(4));
    assertThat(warm("--parallel", "1", "--progress", "done", "--json")).isEqualTo(1);
    assertThat(told("fetched")).isEqualTo(3);
    assertThat(directory.resolve("done")).exists();
    stage.close(); // so that what is not fetched must have been passed over
    stage = Stage.set();
    stage.provider().otherwise(Acts.reply(REPLY));
    out.getBuffer().setLength(0);

    assertThat(warm("--progress", "done", "--json")).isZero();
    assertThat(stage.provider().calls()).isEqualTo(1);
    assertThat(stage.chat(chat("Question 1")).isHit()).isTrue();
    assertThat(told("fetched")).isEqualTo(4);
    assertThat(told("inputTokens")).isEqualTo(4 * 5);
    assertThat(directory.resolve("done")).as("nothing is left to do").doesNotExist();
  }

  @Test
  void whereItStandsIsGoodForTheSameRequestsAlone() throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(400, "{\"error\":{\"message\":\"no\"}}")));
    write(questions(2));
    assertThat(warm("--progress", "done")).isEqualTo(1);
    assertThat(warm("--progress", "done", "--path", "/v1/messages")).isEqualTo(2);
    assertThat(warm("--progress", "done", "--header", "Authorization: Bearer x")).isEqualTo(2);
    assertThat(err.toString()).contains("tells of other requests");
    assertThat(Files.readString(directory.resolve("done"))).doesNotContain("Bearer");
    assertThat(warm("--progress", "requests.jsonl")).isEqualTo(2);
    write(questions(3));
    assertThat(warm("--progress", "done")).isEqualTo(2);
  }

  @Test
  void whereItCannotBeNotedNothingMoreIsSpent() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    write(questions(1));
    Files.writeString(directory.resolve("file"), "");

    assertThat(warm("--progress", "file/done")).isEqualTo(1);
    assertThat(err.toString()).contains("cannot write");
  }

  @Test
  void whereNobodyAnswersItEnds() throws Exception {
    write(questions(1000));
    int port = stage.port();
    stage.close();

    assertThat(program("warm", "requests.jsonl", "--gateway", "http://127.0.0.1:" + port))
        .isEqualTo(3);
    assertThat(err.toString()).contains("no gateway answers");
    stage = Stage.set();
  }

  @Test
  void wrongUseIsTold() throws Exception {
    assertThat(warm()).isEqualTo(1);
    assertThat(err.toString()).contains("cannot read");
    write(questions(1));
    assertThat(warm("--parallel", "0")).isEqualTo(2);
    assertThat(warm("--parallel", "many")).isEqualTo(2);
    assertThat(stage.provider().calls()).isZero();
  }

  private static List<String> questions(int count) {
    return IntStream.range(0, count).mapToObj(i -> chat("Question " + i)).toList();
  }

  private void write(List<String> lines) throws IOException {
    Files.write(directory.resolve("requests.jsonl"), lines);
  }

  private long told(String member) throws Exception {
    return Json.parse(out.toString().strip().getBytes(StandardCharsets.UTF_8))
        .get(member)
        .asLong(-1);
  }

  private int warm(String... more) {
    var args = new String[4 + more.length];
    args[0] = "warm";
    args[1] = "requests.jsonl";
    args[2] = "--gateway";
    args[3] = "http://127.0.0.1:" + stage.port();
    System.arraycopy(more, 0, args, 4, more.length);
    return program(args);
  }

  private int program(String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, Map.of());
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }
}
