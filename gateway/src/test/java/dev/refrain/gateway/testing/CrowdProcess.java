package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A {@link Crowd} in a process of its own. */
public final class CrowdProcess implements AutoCloseable {
  private static final int FIELDS = 4;

  private final Process process;
  private final BufferedReader said;

  /**
   * What one of the crowd got.
   *
   * @param port at which he asked
   * @param whole whether the reply came to the end that HTTP wants
   * @param eventNanos when each event was there, by the clock that all processes share
   */
  public record Heard(int port, boolean whole, String text, List<Long> eventNanos) {}

  /** Starts the process, which calls nobody yet. */
  public CrowdProcess(String question, int each, List<GatewayProcess> gateways) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command = new ArrayList<String>();
    command.addAll(List.of(java, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classes, Crowd.class.getName()));
    command.addAll(List.of(question, String.valueOf(each)));
    gateways.forEach(gateway -> command.add(String.valueOf(gateway.port())));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    said = process.inputReader(UTF_8);
  }

  /** Has all call at once. */
  public void go() throws IOException {
    var out = process.outputWriter(UTF_8);
    out.write("go\n");
    out.flush();
  }

  /** Waits until each has got something. */
  public void awaitAboard() throws IOException {
    var line = said.readLine();
    if (!"aboard".equals(line)) {
      throw new IOException("the crowd says: " + line);
    }
  }

  /** Waits for the end, and returns what each has got. */
  public List<Heard> heard() throws IOException {
    var all = new ArrayList<Heard>();
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      var fields = line.split(" ", FIELDS);
      var text = new String(HexFormat.of().parseHex(fields[2]), UTF_8);
      var nanos = Arrays.stream(fields[3].split(",", -1)).map(Long::valueOf).toList();
      all.add(new Heard(Integer.parseInt(fields[0]), "true".equals(fields[1]), text, nanos));
    }
    return all;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
