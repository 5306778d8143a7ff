package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Responses.STREAM;
import static dev.refrain.dialect.Responses.asked;
import static dev.refrain.dialect.Responses.judge;
import static dev.refrain.dialect.Responses.tryConvert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold for every response, tried with many made by chance, known by their seed. */
final class ResponsePropertyTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int REPLIES = LONG ? 500_000 : 200;
  private static final List<Form> FORMS = List.of(Form.WHOLE, STREAM, new Form("stream:00"));

  @Test
  void aResponseComesBackFromALegalStream() throws Exception {
    for (long seed = 0; seed < REPLIES; seed++) {
      var whole = whole(seed);
      var streamed = convert(whole, STREAM, seed);

      assertThat(Chat.canonical(StrictResponseReader.read(streamed).rawBytes()))
          .as("seed %d", seed)
          .isEqualTo(Chat.canonical(whole.chunks().bytes()));
      assertSameTold(whole, streamed, seed);
    }
  }

  @Test
  void howeverAStreamIsCutItMakesTheSameResponse() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var random = new Random(seed);
      var whole = whole(seed);
      var stream = new StringBuilder();
      for (var event : Chat.text(convert(whole, STREAM, seed)).split("(?<=\n\n)", -1)) {
        if (!event.isEmpty() && random.nextInt(5) == 0) {
          stream.append("event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n");
        }
        stream.append(event);
      }
      assertSameTold(whole, inPieces(stream.toString(), random), seed);
    }
  }

  /** Half of it is damaged somewhere, by a byte or by a piece that is missing or too many. */
  @Test
  void hostileBytesNeitherThrowNorBecomeBetter() {
    for (long seed = 0; seed < 10L * REPLIES; seed++) {
      var random = new Random(seed);
      var whole = whole(seed / 10);
      byte[] bytes =
          random.nextBoolean()
              ? whole.chunks().bytes()
              : convert(whole, STREAM, seed).chunks().bytes();
      var damaged = damaged(bytes, random);
      OpenAiResponses.DIALECT.read(Request.post("openai", "/", Headers.none(), damaged));
      OpenAiResponses.DIALECT.prompt(Request.post("openai", "/", Headers.none(), damaged));
      for (var form : FORMS) {
        tryConversions(recording(form, damaged), seed);
      }
    }
  }

  private static void tryConversions(Recording reply, long seed) {
    boolean good = judge(asked(), reply).defects().isEmpty();
    for (var form : FORMS) {
      var converted = tryConvert(reply, form);
      if (converted != null && good) {
        assertThat(judge(asked(), converted).defects()).as("seed %d", seed).isEmpty();
      }
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length);
    int to = from + random.nextInt(Math.min(40, bytes.length - from) + 1);
    var damaged = Arrays.copyOf(bytes, bytes.length);
    switch (random.nextInt(4)) {
      case 0 -> damaged[from] = (byte) random.nextInt();
      case 1 -> damaged = Arrays.copyOf(bytes, from);
      case 2 -> {
        damaged = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, damaged, from, bytes.length - to);
      }
      default -> {
        damaged = Arrays.copyOf(bytes, bytes.length + (to - from));
        System.arraycopy(bytes, from, damaged, to, bytes.length - from);
      }
    }
    return damaged;
  }

  private static Recording whole(long seed) {
    return recording(Form.WHOLE, new RandomResponse(new Random(seed)).whole("m").getBytes(UTF_8));
  }

  private static Recording convert(Recording recording, Form form, long seed) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("seed %d: %s", seed, Chat.text(recording)).isNotNull();
    return converted;
  }

  private static void assertSameTold(Recording whole, Recording streamed, long seed) {
    assertThat(Chat.canonical(convert(streamed, Form.WHOLE, seed).chunks().bytes()))
        .as("seed %d", seed)
        .isEqualTo(Chat.canonical(whole.chunks().bytes()));
    assertThat(judge(asked(), streamed)).as("seed %d", seed).isEqualTo(judge(asked(), whole));
  }

  /** Returns a stream in chunks as networks make them. */
  private static Recording inPieces(String stream, Random random) {
    var bytes = stream.getBytes(UTF_8);
    int[] ends = random.ints(5, 0, bytes.length + 1).sorted().toArray();
    ends[ends.length - 1] = bytes.length;
    return recording(STREAM, new Chunks(bytes, ends, new int[ends.length]));
  }
}
