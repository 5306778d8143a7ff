package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonFuzzTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int DOCUMENTS = LONG ? 10_000_000 : 60_000;
  private static final String SYNTAX = "{}[]:,\"\\/u0019-+.eEdDfaAtrueflsn \t\n\0\u001f\u007f";

  @FuzzTest(maxDuration = "10m")
  void jacksonAgrees(byte[] document) {
    JacksonJudge.check(document);
  }

  @Test
  void jacksonAgreesOnDocumentsWithFaults() throws Exception {
    var documents = documents();
    for (long seed = 0; seed < DOCUMENTS; seed++) {
      var random = new Random(seed);
      byte[] faulty = withFaults(documents.get(random.nextInt(documents.size())), random);
      try {
        JacksonJudge.check(faulty);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static List<byte[]> documents() throws Exception {
    var folder = Path.of(JsonFuzzTest.class.getResource("/json-test-suite/test_parsing").toURI());
    var documents = new ArrayList<byte[]>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        if (Files.size(file) < 200) {
          documents.add(Files.readAllBytes(file));
        }
      }
    }
    for (long seed = 0; seed < 300; seed++) {
      var random = new RandomJson(seed);
      documents.add(random.spelled(random.value(3)).getBytes(UTF_8));
    }
    assertThat(documents).hasSizeGreaterThan(500);
    return documents;
  }

  private static byte[] withFaults(byte[] document, Random random) {
    byte[] faulty = document;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(faulty.length + 1);
      int cut = Math.min(random.nextInt(3), faulty.length - at);
      byte[] before = Arrays.copyOf(faulty, at + random.nextInt(2));
      if (before.length > at) {
        before[at] = (byte) SYNTAX.charAt(random.nextInt(SYNTAX.length()));
      }
      byte[] after = Arrays.copyOfRange(faulty, at + cut, faulty.length);
      faulty = Arrays.copyOf(before, before.length + after.length);
      System.arraycopy(after, 0, faulty, before.length, after.length);
    }
    return faulty;
  }
}
