package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultipartTest {
  private static final String TYPE = "multipart/form-data; boundary=XX";
  private static final String FORM =
      """
      --XX
      Content-Disposition: form-data; name="model"

      whisper-1
      --XX
      Content-Disposition: form-data; name="file"; filename="a.wav"
      Content-Type: audio/wav

      RIFF
      --X
      -XX\u0000\u00ff
      --XX--
      """
          .replace("\n", "\r\n");

  @Test
  void aFormIsReadWithItsParts() {
    var form = read(TYPE, FORM);

    assertThat(form.field("model")).isEqualTo("whisper-1");
    assertThat(form.field("file")).as("a file is no field").isNull();
    assertThat(form.field("language")).isEmpty();
    assertThat(read(TYPE, FORM.replace("\"file\"", "\"model\"")).field("model"))
        .as("given twice")
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filename=\"a.wav\" -> filename=\"b.mp3\"",
        "filename=\"a.wav\" -> filename=\"\u00e4.wav\"",
        "filename=\"a.wav\" -> filename=\"\u00c3\u009cbung \u00e2\u0080\u0093 1.wav\"",
        "filename=\"a.wav\" -> filename=\"a.wav\"; filename*=UTF-8''b",
        "; filename=\"a.wav\" -> ;filename=a.wav",
        "--XX -> --Another.Boundary",
        "Content-Type: audio -> content-type:audio",
        "name=\"model\" -> name=model",
        "name=\"model\"\r\n -> name=\"model\"\r\nContent-Length: 9\r\n",
        "name=\"model\"\r\n -> name=\"model\"\r\nContent-Transfer-Encoding: binary\r\n",
        "--XX--\r\n -> --XX--"
      })
  void whatTheFilesAreCalledAndHowTheFormIsWrittenDoesNotDecide(String change) throws Exception {
    assertThat(digest(changed(change))).isEqualTo(digest(FORM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RIFF -> RIFG",
        "RIFF -> RIFF\r\n",
        "whisper-1 -> whisper-2",
        "\"model\" -> \"Model\"",
        "audio/wav -> audio/mpeg",
        "Content-Type: audio/wav\r\n -> ",
        "; filename=\"a.wav\" -> "
      })
  void whatIsInThePartsDecides(String change) throws Exception {
    assertThat(digest(changed(change))).isNotEqualTo(digest(FORM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--XX\r\nContent-Disposition: form-data; name=\"model\" -> ",
        "--XX-- -> ",
        "--XX-- -> --XX--\r\nepilogue",
        "--XX-- -> --XX-- ",
        "--XX-- -> --XXX",
        "RIFF -> \r\n--XX RIFF",
        "RIFF -> \r\n--XX--RIFF",
        "\r\n -> \n",
        "form-data -> attachment",
        "; name=\"model\" -> ",
        "name=\"model\" -> name=\"model\"; name=\"x\"",
        "name=\"model\" -> name=\"mo\\\"del\"",
        "name=\"model\" -> name=\"model",
        "name=\"model\" -> name=\"model\"; size=9",
        "name=\"model\" -> name=\"mo\r\n del\"",
        "filename=\"a.wav\" -> filename=\"a\\\".wav\"",
        "filename=\"a.wav\" -> filename=\"a\u0000.wav\"",
        "Content-Type: audio/wav -> Content-Type : audio/wav",
        "Content-Type: audio/wav ->  Content-Type: audio/wav",
        "Content-Type: audio/wav -> Content-Type: audio/wav\r\nContent-Type: audio/mpeg",
        "Content-Type: audio/wav -> Content-Encoding: gzip",
        "Content-Type: audio/wav -> Content-Transfer-Encoding: base64",
        "Content-Type: audio/wav -> Content-Length: 8",
        "Content-Type: audio/wav -> audio/wav"
      })
  void whatTwoReadersMightReadDifferentlyIsNotRead(String change) {
    assertThat(read(TYPE, changed(change))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"X\"X",
        "multipart/form-data; boundary=XX; boundary=YY",
        "multipart/form-data; boundary=XX; charset=utf-8",
        "multipart/form-data; boundary=YY",
        "multipart/form-data; boundary=X",
        "multipart/form-data; boundary=X\u00e4",
        "multipart/mixed; boundary=XX",
        "application/json; boundary=XX"
      })
  void theBoundaryMustBeClear(String type) {
    assertThat(read(type, FORM)).isNull();
    assertThat(read("Multipart/Form-Data;boundary=\"XX\"", FORM)).isNotNull();
  }

  @Test
  void partsAndTheirHeadsAreBounded() {
    var part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";

    assertThat(read(TYPE, part.repeat(256) + "--XX--")).isNotNull();
    assertThat(read(TYPE, part.repeat(257) + "--XX--")).isNull();
    assertThat(read(TYPE, part.replace("\"a\"", "\"" + "a".repeat(3900) + "\"") + "--XX--"))
        .isNotNull();
    assertThat(read(TYPE, part.replace("\"a\"", "\"" + "a".repeat(5000) + "\"") + "--XX--"))
        .isNull();
  }

  @Test
  void noPartCanPassForTwo() throws Exception {
    var one = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\nc\r\n--XX--";
    var two = one.replace("\"a\"", "\"a\"\r\nContent-Type: b").replace("b\nc", "c");

    assertThat(digest(one)).isNotEqualTo(digest(two));
  }

  @Test
  void nothingMakesItThrow() {
    for (long seed = 0; seed < 3000; seed++) {
      var random = new Random(seed);
      var bytes = FORM.getBytes(ISO_8859_1);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = "\r\n-X:;\"= \u0000".getBytes()[random.nextInt(10)];
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length;
      var form = Multipart.read(TYPE, Arrays.copyOf(bytes, length));
      assertThat(form == null || form.field("none").isEmpty()).as("seed %d", seed).isTrue();
    }
  }

  private static String changed(String change) {
    var fromTo = change.split(" -> ", -1);
    var changed = FORM.replace(fromTo[0], fromTo[1]);
    assertThat(changed).isNotEqualTo(FORM);
    return changed;
  }

  private static Multipart read(String type, String form) {
    return Multipart.read(type, form.getBytes(ISO_8859_1));
  }

  private static String digest(String form) throws Exception {
    var delimiter = form.lines().findFirst().orElseThrow();
    var read = read("multipart/form-data; boundary=" + delimiter.substring(2), form);
    assertThat(read).as(form).isNotNull();
    var digest = MessageDigest.getInstance("SHA-256");
    read.addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
