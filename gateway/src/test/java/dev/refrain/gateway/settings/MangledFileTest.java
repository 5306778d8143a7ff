package dev.refrain.gateway.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, it is either taken or refused in order. */
@Timeout(60)
final class MangledFileTest {
  private static final int FILES = 500;
  private static final String SIGNS = "{}[]:,-&*!#|>'\"%@`?~ \n\t\0\u00e9\ud83d\ude00x";

  @TempDir Path directory;

  @Test
  void aMangledFileIsTakenOrRefused() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < FILES; i++) {
      var text = new StringBuilder(ConfigurationPage.EXAMPLE);
      for (int cuts = 1 + random.nextInt(5); cuts > 0; cuts--) {
        mangle(text, random);
      }
      var trial = new Trial(directory).file("refrain.yaml", text.toString().getBytes(UTF_8));

      assertThat(trial.complaints())
          .as("seed %d, file %d:\n%s", seed, i, text)
          .allMatch(complaint -> complaint.startsWith("refrain.yaml:"));
    }
  }

  private static void mangle(StringBuilder text, Random random) {
    int at = random.nextInt(text.length());
    int sign = random.nextInt(SIGNS.length());
    switch (random.nextInt(3)) {
      case 0 -> text.insert(at, SIGNS.charAt(sign));
      case 1 -> text.setCharAt(at, SIGNS.charAt(sign));
      default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
    }
  }
}
