package dev.refrain.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of keys: never half, never misunderstood, and of no use to a thief. */
final class KeysFileTest {
  @TempDir Path directory;
  private Path path;
  private KeysFile file;

  @BeforeEach
  void name() {
    path = directory.resolve("keys.json");
    file = new KeysFile(path);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    var plain = Keys.of("acme").key("rf-1");
    var full =
        Keys.of("bolt")
            .sharing("all")
            .models("gpt-*", "o3")
            .credential("openai", "lab")
            .expiring(Instant.parse("2027-01-31T00:00:00Z"))
            .dollars("0.000000001")
            .quota(1, 2, 3)
            .key("rf-2");
    file.change(ring -> ring.with(plain).with(full));

    assertThat(file.read().keys()).containsExactly(plain, full);
  }

  @Test
  void thereAreNoKeysWithoutAFile() throws Exception {
    assertThat(file.read().keys()).isEmpty();
    assertThat(path).doesNotExist();
  }

  @Test
  void theFileTellsNoKeyAndIsForItsOwnerAlone() throws Exception {
    var text = Keys.of("acme").addTo(path);

    assertThat(Files.readString(path)).doesNotContain(text).doesNotContain(text.substring(3));
    assertThat(file.read().find(text)).isNotNull();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void nothingIsLeftBesideIt() throws Exception {
    Keys.of("acme").addTo(path);
    assertThatThrownBy(() ->
            file.change(ring -> {
              throw new IOException("no");
            }))
        .hasMessage("no");

    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("keys.json", "keys.json.lock");
    }
  }

  @Test
  void aLinkToItStaysALink() throws Exception {
    var link = Files.createSymbolicLink(directory.resolve("link"), path);
    Files.writeString(path, "{\"version\":1,\"keys\":[]}");
    Keys.of("acme").addTo(link);

    assertThat(link).isSymbolicLink();
    assertThat(file.read().keys()).hasSize(1);
  }

  @Test
  void keysAreLongAndNeverTheSame() {
    var texts = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      var text = KeyText.random();
      assertThat(text).matches("rf-[A-Za-z0-9_-]{43}");
      assertThat(KeyText.looksLikeOne(text)).isTrue();
      assertThat(texts.add(text)).isTrue();
    }
  }

  @Test
  void noChangeIsLostWhereSeveralProgramsMakeThem() throws Exception {
    var programs = new ArrayList<Process>();
    for (int i = 0; i < 3; i++) {
      programs.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  AddKeys.class.getName(),
                  path.toString())
              .inheritIO()
              .start());
    }
    for (var program : programs) {
      assertThat(program.waitFor()).isZero();
    }
    assertThat(file.read().keys()).hasSize(3 * AddKeys.COUNT);
  }

  /** A program that adds keys as fast as it can. */
  static final class AddKeys {
    static final int COUNT = 40;

    private AddKeys() {}

    public static void main(String[] args) throws Exception {
      for (int i = 0; i < COUNT; i++) {
        Keys.of("acme").addTo(Path.of(args[0]));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x                        | it is no JSON",
        "[]                       | expected an object",
        "{\"keys\":[]}            | this version cannot read it",
        "{\"version\":2,\"keys\":[]} | this version cannot read it",
        "{\"version\":1}          | 'keys' is missing",
        "{\"version\":1,\"keys\":[],\"deny\":1} | 'deny' is unknown",
        "{\"version\":1,\"keys\":[{}]} | 'hash' is missing",
      })
  void whatIsNoFileOfKeysIsRefused(String text, String complaint) throws Exception {
    Files.writeString(path, text);

    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(complaint)
        .hasMessageContaining(path.toString());
  }

  /** It could be a restriction that only a later version knows, or one that was mistyped. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`\"tenant\"`    | `\"only-from\":\"10.0.0.1\",\"tenant\"`",
        "`\"models\"`    | `\"model\"`",
        "`[\"gpt-*\"]`   | `[]`",
        "`[\"gpt-*\"]`   | `\"gpt-*\"`",
        "`\"bolt\"`      | `\"\"`",
        "`\"all\"`       | `\" \"`",
        "`\"hash\":\"`   | `\"hash\":\"A`",
        "`\"id\":\"`     | `\"id\":\"0`",
        "`2027-01-31T00:00:00Z` | `tomorrow`",
        "`\"calls-per-month\":2` | `\"calls-per-month\":0`",
        "`\"calls-per-month\":2` | `\"calls-per-month\":\"2\"`",
        "`\"calls-per-month\":2` | `\"calls-per-month\":2.5`",
        "`\"dollars-per-month\":2.5` | `\"dollars-per-month\":0`",
        "`\"dollars-per-month\":2.5` | `\"dollars-per-month\":-2.5`",
        "`\"dollars-per-month\":2.5` | `\"dollars-per-month\":1e9`",
        "`\"dollars-per-month\":2.5` | `\"dollars-per-month\":0.0000000001`",
      })
  void whatIsNotUnderstoodOfAKeyIsNotPassedOver(String right, String wrong) throws Exception {
    var key =
        Keys.of("bolt")
            .sharing("all")
            .models("gpt-*")
            .expiring(Instant.parse("2027-01-31T00:00:00Z"))
            .dollars("2.50")
            .quota(1, 2, 3);
    key.addTo(path);
    var text = Files.readString(path);
    assertThat(text).contains(right);
    Files.writeString(path, text.replace(right, wrong));

    assertThatThrownBy(file::read).isInstanceOf(IOException.class);
  }
}
