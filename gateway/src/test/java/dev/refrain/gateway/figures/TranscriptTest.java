package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.dialect.Dialects;
import dev.refrain.flight.Capacity;
import dev.refrain.flight.TapeStock;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.testing.Poll;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may have to be counted takes memory only where it must, and gives it back. */
final class TranscriptTest {
  private static final int LARGE = 256 << 10;
  private static final String SILENT = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";

  private static final String WITH_USAGE = "\"stream_options\":{\"include_usage\":true}";

  private final LlmCache reader = LlmCache.builder().dialects(Dialects.ALL).build();
  private final Prices prices = Prices.builtIn();
  private final Figures figures =
      Figures.open(
          new Figures.Sources(reader::figures, () -> prices, InstantSource.system(), null), null);

  @AfterEach
  void close() {
    figures.close();
    reader.close();
  }

  private Reply ask(String path, String body, Reply reply) throws Exception {
    var request = Request.post("", path, Headers.of(), body.getBytes(UTF_8));
    var call = reader.read(request, Scope.tenant("a"));
    var visit = figures.begin("POST", path, Trace.NONE);
    return figures.metered(visit, call, sent -> reply).send(request);
  }

  private Reply askSilently(int status, String... chunks) throws Exception {
    var said = Arrays.stream(chunks).map(chunk -> chunk.getBytes(UTF_8)).toList();
    return ask(Samples.CHAT, SILENT, Reply.of(status, Headers.of(), said));
  }

  @Test
  void itSaysWhatWasSaidUpToItsBound() {
    var memory = new Capacity(1 << 20);
    var transcript = new Transcript(new TapeStock(memory));
    for (int i = 0; i < 1000; i++) {
      assertThat(transcript.offer("data: {\"n\":%d}\n\n".formatted(i).getBytes(UTF_8))).isTrue();
    }
    assertThat(transcript.offer(new byte[LARGE])).isFalse();
    var said = new String(transcript.bytes(), UTF_8);
    assertThat(said).startsWith("data: {\"n\":0}\n\n").endsWith("data: {\"n\":999}\n\n");
    assertThat(memory.taken()).isPositive().isLessThan(said.length());
    transcript.letGo();
    transcript.letGo();
    assertThat(memory.taken()).isZero();
    assertThat(transcript.bytes()).isEmpty();
  }

  /** As do all but OpenAI's streams, of which their callers have to want it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/messages         | \"messages\":[],\"stream\":true,\"max_tokens\":9",
        "/v1/responses        | \"input\":\"Who?\",\"stream\":true",
        "/v1/chat/completions | \"messages\":[]",
        "/v1/chat/completions | \"messages\":[],\"stream\":true,%s",
        "/api/chat            | \"messages\":[]",
      })
  void nothingIsTakenDownOfWhatTellsItsUsage(String path, String members) throws Exception {
    var body = "{\"model\":\"m\"," + members.formatted(WITH_USAGE) + "}";
    var asked = Request.post("", path, Headers.of(), body.getBytes(UTF_8));
    assertThat(reader.read(asked, Scope.tenant("a")).meaning()).isInstanceOf(Meaning.Keyed.class);
    try (var reply = ask(path, body, Reply.of(200, Headers.of(), new byte[900], new byte[900]))) {
      reply.next();
      assertThat(figures.transcriptBytes()).isZero();
    }
  }

  @Test
  void whatTellsNoneIsTakenDownUntilItIsCounted() throws Exception {
    var events = Samples.events("Wir ", "sagen ", "alle").toArray(new String[0]);
    try (var reply = askSilently(200, events)) {
      reply.next();
      assertThat(figures.transcriptBytes()).isPositive();
    }
    Poll.until("it is counted", () -> figures.transcriptBytes() == 0);
  }

  @Test
  void whatTellsItAllTheSameGivesItsMemoryBackAtOnce() throws Exception {
    try (var reply =
        askSilently(200, "data: {\"usage\":{\"prompt_tokens\":7}}\n\n", "data: x\n\n")) {
      reply.next();
      assertThat(figures.transcriptBytes()).isPositive();
    }
    assertThat(figures.transcriptBytes()).isZero();
  }

  @Test
  void anErrorGivesItsMemoryBackAtOnce() throws Exception {
    try (var reply = askSilently(500, "data: an error\n\n", "data: x\n\n")) {
      reply.next();
    }
    assertThat(figures.transcriptBytes()).isZero();
  }

  @Test
  void whatIsTooLongGivesItsMemoryBackAtOnceAndTakesNoMore() throws Exception {
    var half = "x".repeat(LARGE / 2 + 1);
    try (var reply = askSilently(200, half, half, "x", "x")) {
      reply.next();
      assertThat(figures.transcriptBytes()).isPositive();
      for (int i = 0; i < 2; i++) {
        reply.next();
        assertThat(figures.transcriptBytes()).isZero();
      }
    }
  }
}
