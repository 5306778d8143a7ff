package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Lacking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * All cases of h2spec, the strict ones included, against a relayed path. The program lies in the
 * jar of a Maven plugin, which is not used for anything else.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class H2SpecTest {
  private static final int CASES = 146;
  private static final int TAR_BLOCK = 512;
  private static final int TAR_SIZE_AT = 124;
  private static final int TAR_SIZE_LENGTH = 11;
  private static final int OCTAL = 8;

  @TempDir private Path folder;

  @Test
  void allCasesOfH2specPass() throws Exception {
    var program = unpack();
    try (var stage = Stage.set()) {
      stage.provider().otherwise(Acts.reply(Wire.reply(200, "some text")));
      var report = folder.resolve("report.xml");
      var said = run(program, stage.port(), report);
      var cases = cases(report);
      assertThat(cases.getLength()).as(said).isEqualTo(CASES);
      var failed = new ArrayList<String>();
      for (int i = 0; i < cases.getLength(); i++) {
        var one = (Element) cases.item(i);
        assertThat(one.getElementsByTagName("skipped").getLength()).as(said).isZero();
        if (one.getElementsByTagName("failure").getLength() > 0
            || one.getElementsByTagName("error").getLength() > 0) {
          failed.add(one.getAttribute("package") + ": " + one.getAttribute("classname"));
        }
      }
      assertThat(failed).as(said).isEmpty();
    }
  }

  private static String run(Path program, int port, Path report)
      throws IOException, InterruptedException {
    var command =
        List.of(
            program.toString(),
            "--strict",
            "--port=" + port,
            "--path=/v1/models",
            "--junit-report=" + report);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    process.waitFor();
    return said;
  }

  private static NodeList cases(Path report) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(report.toFile()).getElementsByTagName("testcase");
  }

  /** Takes the one file out of the archive for this machine. */
  private Path unpack() throws IOException {
    var program = folder.resolve("h2spec");
    var resource = "/h2spec/2.2.0/h2spec_" + system() + "_amd64.tar.gz";
    try (var in = new GZIPInputStream(H2SpecTest.class.getResourceAsStream(resource))) {
      Files.write(program, firstFile(in));
    }
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static byte[] firstFile(InputStream tar) throws IOException {
    var header = tar.readNBytes(TAR_BLOCK);
    var size = new String(header, TAR_SIZE_AT, TAR_SIZE_LENGTH, ISO_8859_1);
    return tar.readNBytes(Integer.parseInt(size, OCTAL));
  }

  /** There is h2spec for few machines. On others it is skipped, but never in silence or in CI. */
  private static String system() {
    var here = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    var known =
        Map.of(
            "linux amd64", "linux",
            "mac os x x86_64", "darwin",
            "mac os x aarch64", "darwin"); // where it is translated
    var system = known.get(here.toLowerCase(Locale.ROOT));
    if (system == null) {
      throw Lacking.of("there is no h2spec for " + here);
    }
    return system;
  }
}
