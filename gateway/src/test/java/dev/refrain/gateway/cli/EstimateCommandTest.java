package dev.refrain.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log would have saved, as operators ask it. */
final class EstimateCommandTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    Server none =
        settings -> {
          throw new AssertionError("nothing is to be served");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }

  private void log(String name, List<String> lines) throws IOException {
    Files.write(directory.resolve(name), lines);
  }

  private static String request(long second, String question, String more) {
    return "{\"time\":\"%s\",\"took_ms\":1000,\"body\":{\"model\":\"gpt-4o\",\"messages\":"
            .formatted(MIDNIGHT.plusSeconds(second))
        + "[{\"role\":\"user\",\"content\":\"%s\"}]%s}".formatted(question, more)
        + ",\"usage\":{\"prompt_tokens\":1000000,\"completion_tokens\":0}}";
  }

  private Json json(String... args) throws Exception {
    assertThat(run(args)).as(err.toString()).isZero();
    return Json.parse(out.toString().getBytes(UTF_8));
  }

  private static long number(Json json, String name) {
    return json.get(name).asLong(-1);
  }

  @Test
  void thePricesOfTheSettingsCountAndAreNamed() throws Exception {
    log("calls.jsonl", List.of(request(0, "hello", ""), request(5, "hello", "")));
    Files.writeString(
        directory.resolve("prices.json"),
        """
        {"date": "2026-01-01", "source": "us",
         "models": [{"model": "gpt-4o", "input": 7, "output": 0}]}
        """);
    Files.writeString(directory.resolve("refrain.yaml"), "figures: {prices: prices.json}\n");
    var told = json("estimate", "--json", "calls.jsonl");
    assertThat(told.get("inForce").get("savedDollars").asDouble(-1)).isEqualTo(7);
    assertThat(told.get("prices").get("date").text()).isEqualTo("2026-01-01");
    assertThat(run("estimate", "calls.jsonl")).isZero();
    assertThat(out.toString()).contains("Prices of 2026-01-01: us.");
  }

  @Test
  void requestsAreReadByTheirDialects() throws Exception {
    log(
        "calls.jsonl",
        List.of(
            request(0, "hello", ""),
            request(5, "hello", ",\"stream\":true"), // the same answer in another form
            request(6, "other", ""),
            request(7, "hello", ",\"tools\":[{\"type\":\"function\"}]")));
    var inForce = json("estimate", "--json", "calls.jsonl").get("inForce");

    assertThat(number(inForce, "calls")).isEqualTo(4);
    assertThat(number(inForce, "replayed")).isEqualTo(1);
    assertThat(number(inForce, "fetched")).isEqualTo(2);
    assertThat(number(inForce, "bypassed")).isEqualTo(1);
    assertThat(number(inForce, "savedTokens")).isEqualTo(1_000_000);
    assertThat(number(inForce, "savedMillis")).isEqualTo(1_000);
    assertThat(inForce.get("savedDollars").asDouble(0)).isGreaterThan(0);
  }

  @Test
  void theAccessLogIsReadByItsKeys() throws Exception {
    log(
        "access.log",
        List.of(
            access(0, 1, "fetched", ""),
            access(5, 1, "replayed", ""),
            access(6, 2, "fetched", ",\"reason\":\"refusal\""),
            access(20, 2, "fetched", ""),
            access(21, 3, "bypassed", ",\"reason\":\"server-state\"")));
    var inForce = json("estimate", "--json", "access.log").get("inForce");

    assertThat(number(inForce, "fetched")).isEqualTo(3); // a refusal is not kept
    assertThat(number(inForce, "replayed")).isEqualTo(1);
    assertThat(number(inForce, "bypassed")).isEqualTo(1);
    assertThat(number(inForce, "callsUpstream")).isEqualTo(4);
  }

  private static String access(long second, int key, String outcome, String more) {
    return "{\"time\":\"%s\",\"key\":\"%064x\",\"outcome\":\"%s\",\"upstream_ms\":1000%s}"
        .formatted(MIDNIGHT.plusSeconds(second), key, outcome, more);
  }

  @Test
  void theLinesNeedNotBeInOrder() throws Exception {
    var lines =
        IntStream.range(0, 1_000)
            .mapToObj(i -> access(i, 1, "fetched", ""))
            .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
    java.util.Collections.shuffle(lines, new Random(3));
    log("access.log", lines);
    var inForce = json("estimate", "--json", "access.log").get("inForce");

    assertThat(number(inForce, "fetched")).isEqualTo(1);
    assertThat(number(inForce, "replayed")).isEqualTo(999);
  }

  @Test
  void settingsAndTimesDecide() throws Exception {
    log("calls.jsonl", List.of(request(0, "hello", ""), request(7_200, "hello", "")));
    var hits = json("estimate", "--json", "--ttl", "1h,3h", "calls.jsonl").get("whatIf");
    var rates = new java.util.ArrayList<Long>();
    hits.elements().forEach(whatIf -> rates.add(number(whatIf, "replayed")));
    assertThat(rates).containsExactly(0L, 1L);

    var off = json("estimate", "--json", "--set", "cache.enabled=false", "calls.jsonl");
    assertThat(number(off.get("inForce"), "bypassed")).isEqualTo(2);
  }

  @Test
  void peopleGetAFigure() throws Exception {
    log("calls.jsonl", List.of(request(0, "hello", ""), request(5, "hello", "")));
    assertThat(run("estimate", "calls.jsonl")).isZero();

    assertThat(out.toString())
        .contains("2 calls from 2026-03-01 00:00 to 2026-03-01 00:00 UTC, for 1 different answers")
        .containsPattern("answered from the cache +1 +50\\.0 %")
        .contains("2026-03-01 00:00  ████████████████████ ")
        .containsPattern("1d +50\\.0 % +1 ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aPackedLogIsUnpacked() throws Exception {
    try (var file =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("calls.jsonl.gz")))) {
      file.write(request(0, "hello", "").getBytes(UTF_8));
    }
    assertThat(number(json("estimate", "--json", "calls.jsonl.gz").get("inForce"), "calls"))
        .isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsToldAndTheRestCounts() throws Exception {
    log("calls.jsonl", List.of("no JSON", request(0, "hello", ""), "{\"time\":\"yesterday\"}", ""));
    assertThat(run("estimate", "calls.jsonl")).isZero();

    assertThat(err.toString())
        .contains("2 lines are none of a log")
        .contains("line 1: it is no strict JSON")
        .contains("line 3: its 'time' is missing");
    assertThat(out.toString()).contains("1 calls");
  }

  @Test
  void wrongUseIsTold() throws Exception {
    assertThat(run("estimate")).isEqualTo(ExitCode.WRONG_USE);
    assertThat(run("estimate", "none.log")).isEqualTo(ExitCode.CANNOT_RUN);
    assertThat(err.toString()).contains("there is no").contains("none.log");
    log("empty.log", List.of());
    assertThat(run("estimate", "empty.log")).isEqualTo(ExitCode.CANNOT_RUN);
    assertThat(err.toString()).contains("there is no call in empty.log");
    assertThat(run("estimate", "--ttl", "soon", "empty.log")).isEqualTo(ExitCode.WRONG_USE);
    assertThat(err.toString()).contains("--ttl takes times such as");
  }
}
