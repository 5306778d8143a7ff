package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.json.JsonRejected.Reason;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of nst/JSONTestSuite, each one a file. */
final class JsonTestSuiteTest {

  @ParameterizedTest
  @MethodSource
  void whatIsJsonIsParsed(Path file) throws Exception {
    var json = Json.parse(Files.readAllBytes(file));

    var canonical = CanonicalJson.bytes(json, Set.of());
    assertThat(CanonicalJson.bytes(Json.parse(canonical), Set.of())).isEqualTo(canonical);
  }

  @ParameterizedTest
  @MethodSource
  void whatIsNotJsonIsRejected(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);

    assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(JsonRejected.class);
  }

  /** Of what parsers may do as they like, only numbers of any size are no risk to a key. */
  static Stream<Path> whatIsJsonIsParsed() throws Exception {
    return Stream.concat(cases("test_parsing/y_"), cases("test_parsing/i_number_"))
        .filter(file -> !file.toString().contains("object_duplicated_key"));
  }

  static Stream<Path> whatIsNotJsonIsRejected() throws Exception {
    return Stream.concat(
        cases("test_parsing/n_"),
        cases("test_parsing/i_").filter(file -> !file.toString().contains("i_number_")));
  }

  @Test
  void aNameGivenTwiceIsRejectedEvenWithTheSameValue() throws Exception {
    var files =
        Stream.concat(
                cases("test_parsing/y_object_duplicated_key"),
                cases("test_transform/object_same_key"))
            .toList();

    assertThat(files).hasSize(5);
    assertThat(files).extracting(JsonTestSuiteTest::reason).containsOnly(Reason.DUPLICATE_NAME);
  }

  @Test
  void halfACharacterIsRejected() throws Exception {
    var files = cases("test_transform/string_").filter(file -> !isSound(file)).toList();

    assertThat(files).hasSize(6);
    assertThat(files)
        .extracting(JsonTestSuiteTest::reason)
        .containsOnly(Reason.LONE_SURROGATE, Reason.NOT_UTF8);
  }

  @Test
  void numbersAreNeitherRoundedNorTakenForEachOther() throws Exception {
    assertThat(cases("test_transform/number_").map(JsonTestSuiteTest::canonical))
        .containsExactlyInAnyOrder(
            "[-9223372036854775808]",
            "[-9223372036854775809]",
            "[1]",
            "[1.000000000000000005]",
            "[1000000000000000]",
            "[10000000000000000999]",
            "[1e-999]",
            "[1000000]",
            "[9223372036854775807]",
            "[9223372036854775808]");
  }

  @Test
  void namesThatOnlyLookEqualAreDifferentNames() throws Exception {
    assertThat(cases("test_transform/object_key_nf").map(JsonTestSuiteTest::canonical))
        .hasSize(2)
        .containsOnly("{\"e\u0301\":\"NFD\",\"\u00e9\":\"NFC\"}");
  }

  private static boolean isSound(Path file) {
    return file.endsWith("string_with_escaped_NULL.json");
  }

  private static Reason reason(Path file) {
    try {
      throw new AssertionError(file + " was parsed: " + Json.parse(Files.readAllBytes(file)));
    } catch (JsonRejected e) {
      return e.reason();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String canonical(Path file) {
    try {
      return new String(CanonicalJson.bytes(Json.parse(Files.readAllBytes(file)), Set.of()), UTF_8);
    } catch (JsonRejected | IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  private static Stream<Path> cases(String prefix) throws IOException, URISyntaxException {
    var root = Path.of(JsonTestSuiteTest.class.getResource("/json-test-suite").toURI());
    List<Path> files;
    try (var all = Files.walk(root)) {
      files = all.filter(f -> root.relativize(f).toString().startsWith(prefix)).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream();
  }
}
