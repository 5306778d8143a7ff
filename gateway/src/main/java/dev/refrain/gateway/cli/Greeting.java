package dev.refrain.gateway.cli;

import dev.refrain.gateway.cli.Server.Running;
import dev.refrain.gateway.settings.Listen;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Origin;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.redis.RedisAddress;
import java.io.PrintWriter;
import java.util.LinkedHashSet;

/** The few lines with which a server says what it is, and how to try it. */
final class Greeting {
  private static final int MEBIBYTE = 1 << 20;
  private static final String DEMO = "demo";

  private final LoadedSettings loaded;
  private final Settings settings;
  private final String url;
  private final String onDisk;

  Greeting(LoadedSettings loaded, Running running) {
    this.loaded = loaded;
    this.onDisk = running.onDisk();
    this.settings = loaded.settings();
    this.url = url(settings.listen(), running.port());
  }

  /** Returns the URL by which a server can be reached from here. */
  static String url(Listen listen, int port) {
    String scheme = (listen.tls() == null) ? "http://" : "https://";
    return scheme + authority(reachable(listen.host()), port);
  }

  void print(Surroundings surroundings) {
    var out = surroundings.out();
    var style = new Style(surroundings.coloured());
    out.println(style.bold("Refrain " + Program.number()) + " serves " + style.bold(url) + place());
    printUpstreams(out);
    out.println(
        "  keeps      up to "
            + settings.memoryBytes() / MEBIBYTE
            + " MiB of answers in memory, "
            + onDisk);
    printFleet(out);
    printSources(out);
    if (settings.access().keys() != null) {
      out.println("  callers    need a key: refrain keys add TENANT");
    }
    out.println("  clients    use " + url + "/v1 as the base URL of OpenAI's");
    if (settings.demo().enabled()) {
      printTrial(out, style);
    }
    out.flush();
  }

  /** Where one line says how to reach it, it may still be open to more. */
  private String place() {
    String host = settings.listen().host();
    return reachable(host).equals(host) ? "" : " and all other addresses of this machine";
  }

  private void printUpstreams(PrintWriter out) {
    String label = "upstreams";
    for (var upstream : settings.upstreams()) {
      out.println("  %-10s %-10s %s".formatted(label, upstream.name(), upstream.url()));
      label = "";
    }
  }

  private void printFleet(PrintWriter out) {
    var shared = settings.data().shared();
    if (shared != null) {
      var address = RedisAddress.parse(shared.url().value());
      out.println("  fleet      shares answers and invalidations through " + address);
    }
  }

  /** Where settings came from, unless all are the defaults. */
  private void printSources(PrintWriter out) {
    var sources = new LinkedHashSet<String>();
    for (var value : loaded.values()) {
      switch (value.origin()) {
        case Origin.Default unused -> {}
        case Origin.Line line -> sources.add(line.file().toString());
        case Origin.Variable variable -> sources.add(variable.name());
        case Origin.Flag flag -> sources.add(flag.name());
      }
    }
    if (!sources.isEmpty()) {
      out.println("  settings   from " + String.join(", ", sources));
    }
  }

  private void printTrial(PrintWriter out, Style style) {
    boolean ask = settings.ask().model().equals(DEMO);
    boolean chat = settings.access().keys() == null;
    if (ask || chat) {
      out.println();
      out.println("Try it twice, with no key and no network; the second answer comes at once:");
    }
    if (ask) {
      out.println(style.green("  curl '" + url + "/ask?q=What+is+a+refrain'"));
    }
    if (chat) {
      out.println(
          style.green(
              "  curl -N "
                  + url
                  + "/v1/chat/completions -H 'content-type: application/json' -d"
                  + " '{\"model\":\"demo\",\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'"));
    }
  }

  /** Returns the host by which a server on all addresses can be reached from here. */
  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "0:0:0:0:0:0:0:0" -> "::1";
      default -> host;
    };
  }

  /** Returns host and port as they stand in a URL. */
  static String authority(String host, int port) {
    return ((host.indexOf(':') < 0) ? host : "[" + host + "]") + ":" + port;
  }
}
