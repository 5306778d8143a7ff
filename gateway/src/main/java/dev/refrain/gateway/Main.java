package dev.refrain.gateway;

import dev.refrain.gateway.cli.Program;
import dev.refrain.gateway.cli.Server;
import dev.refrain.gateway.cli.Surroundings;
import dev.refrain.gateway.settings.LoadedSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Where the program begins and ends. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Netty's events for JFR, which nobody reads, take their time at the start.
    System.setProperty("io.netty.jfr.enabled", "false");
    // Several threads want the first logger at the start. What they log meanwhile comes a moment
    // later, and nobody needs to be told so.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    if (args.length > 0 && args[0].equals("serve")) {
      Warmth.begin(mayKeepOnDisk(args));
    }
    var program = new Program(surroundings(), Main::start, Main::awaitSignal, KeptAnswers::open);
    int code = program.run(args);
    if (code != 0) {
      Warmth.finish();
      System.exit(code);
    }
  }

  /** Returns false where an argument says so; what else is set is known too late to ask. */
  private static boolean mayKeepOnDisk(String[] args) {
    var said = String.join(" ", args);
    return !said.contains("--data none") && !said.contains("--data=none");
  }

  private static Surroundings surroundings() {
    var environment = System.getenv();
    Charset charset = System.out.charset();
    return new Surroundings(
        new PrintWriter(System.out, true, charset),
        new PrintWriter(System.err, true, charset),
        isTerminal() && isColourful(environment),
        Path.of("").toAbsolutePath(),
        environment);
  }

  /**
   * Asks for the old console: that of some later JDKs is slow, and there even without a terminal.
   */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    System.setProperty("jdk.console", "java.base");
    return System.console() != null;
  }

  private static boolean isColourful(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private static Server.Running start(LoadedSettings loaded)
      throws IOException, InterruptedException {
    var gateway = Gateway.start(loaded);
    return new Server.Running() {
      @Override
      public int port() {
        return gateway.port();
      }

      @Override
      public String onDisk() {
        return gateway.onDisk();
      }

      @Override
      public int callsUnderWay() {
        return gateway.callsUnderWay();
      }

      @Override
      public void stop() {
        gateway.close();
      }
    };
  }

  /** SIGTERM, SIGINT and the like: the JVM ends when the hook has. */
  private static void awaitSignal(Runnable stop) throws InterruptedException {
    var stopped = new CountDownLatch(1);
    Runnable hook =
        () -> {
          stop.run();
          Warmth.finish();
          stopped.countDown();
        };
    Runtime.getRuntime().addShutdownHook(new Thread(hook, "stop"));
    stopped.await();
  }
}
