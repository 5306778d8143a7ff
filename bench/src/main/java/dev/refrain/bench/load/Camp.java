package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/**
 * Where the attackers stay: a process of their own, which gets a processor only while nobody else
 * wants it, so that whose waits are measured never waits for them. Their process ends with this
 * one, as nobody gives orders then.
 */
final class Camp implements AutoCloseable {
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;

  private Camp(Process process) {
    this.process = process;
    orders = process.outputWriter(US_ASCII);
    answers = process.inputReader(US_ASCII);
  }

  static Camp pitch() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = System.getProperty("java.class.path");
    return new Camp(
        new ProcessBuilder(
                "chrt",
                "--idle",
                "0",
                java,
                "-XX:+UseSerialGC",
                "-cp",
                classes,
                Assault.class.getName())
            .redirectError(Redirect.INHERIT)
            .start());
  }

  /** Gives an order, and returns the answer to it. */
  String ask(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new EOFException("the attackers have gone");
    }
    return answer;
  }

  ServerProcess process() {
    return new ServerProcess(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
