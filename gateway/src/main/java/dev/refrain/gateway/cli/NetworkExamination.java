package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.Listen;
import dev.refrain.gateway.settings.UpstreamSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Looks whether all can be reached that must be. */
final class NetworkExamination implements AutoCloseable {
  private static final Duration TIME_MAX = Duration.ofSeconds(5);
  private static final Duration CLOCK_DOUBT = Duration.ofSeconds(30);
  private static final Duration CLOCK_BAD = Duration.ofMinutes(5);
  private static final int CAUSES_MAX = 10;

  private final InstantSource clock;
  private final List<String> agreeing = new ArrayList<>(); // whose clocks do
  private final List<Finding> differing = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(TIME_MAX).proxy(HttpClient.Builder.NO_PROXY).build();

  NetworkExamination(InstantSource clock) {
    this.clock = clock;
  }

  /** Looks whether a gateway runs where the settings say. */
  Finding gateway(Listen listen) throws InterruptedException {
    var url = Greeting.url(listen, listen.port());
    try {
      var reply = ask(URI.create(url + "/-/health"), "GET");
      return (reply.statusCode() == 200)
          ? Finding.good("gateway", "runs at " + url)
          : Finding.bad(
              "gateway",
              "something else listens at " + url,
              "Stop that, or choose another place (listen: HOST:PORT).");
    } catch (IOException e) {
      return isRefused(e)
          ? Finding.doubtful("gateway", "does not run at " + url, "Start it: refrain serve")
          : Finding.bad(
              "gateway",
              "what listens at %s is no gateway: %s".formatted(url, words(e)),
              "Stop that, or choose another place (listen: HOST:PORT).");
    }
  }

  /**
   * Looks whether an upstream answers, whatever it says, and whether its clock agrees with ours.
   *
   * @param given whether somebody configured it
   */
  List<Finding> upstream(UpstreamSettings upstream, boolean given) throws InterruptedException {
    var subject = "upstream " + upstream.name();
    var findings = new ArrayList<Finding>();
    try {
      var reply = ask(upstream.url(), "HEAD");
      findings.add(Finding.good(subject, "answers at " + upstream.url()));
      compare(skew(reply), upstream.name());
    } catch (IOException e) {
      var said = "%s: %s".formatted(upstream.url(), words(e));
      findings.add(
          given
              ? Finding.bad(subject, said, advice(e))
              : Finding.doubtful(subject, said, "Nothing to do if nobody asks for it."));
    }
    return findings;
  }

  /** Compares a clock with ours, if it is known how far it is from ours. */
  void compare(@Nullable Duration skew, String name) {
    if (skew == null) {
      return; // it does not say what time it is there
    }
    if (skew.compareTo(CLOCK_DOUBT) <= 0) {
      agreeing.add(name);
      return;
    }
    var said = "differs by %s from that of %s".formatted(Wording.span(skew), name);
    var advice = "Set the clock of this machine, best by NTP: answers age by it.";
    differing.add(
        (skew.compareTo(CLOCK_BAD) > 0)
            ? Finding.bad("clock", said, advice)
            : Finding.doubtful("clock", said, advice));
  }

  /** Returns what came of comparing the clocks of all that answered. */
  List<Finding> clock() {
    if (!differing.isEmpty()) {
      return differing;
    }
    return List.of(
        agreeing.isEmpty()
            ? Finding.doubtful("clock", "nobody could be asked for the time", "")
            : Finding.good("clock", "agrees with that of " + String.join(", ", agreeing)));
  }

  private HttpResponse<Void> ask(URI url, String method) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(url).timeout(TIME_MAX).method(method, BodyPublishers.noBody());
    return http.send(request.build(), BodyHandlers.discarding());
  }

  private @Nullable Duration skew(HttpResponse<Void> reply) {
    var date = reply.headers().firstValue("date").orElse("");
    try {
      var theirs = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      return Duration.between(theirs, clock.instant()).abs();
    } catch (DateTimeException e) {
      return null; // it says nothing
    }
  }

  private static boolean isRefused(IOException failure) {
    return failure instanceof ConnectException
        && cause(failure, UnresolvedAddressException.class) == null;
  }

  private static String words(Exception failure) {
    if (cause(failure, UnresolvedAddressException.class) != null
        || cause(failure, UnknownHostException.class) != null) {
      return "nobody knows this host";
    }
    if (failure instanceof HttpTimeoutException) {
      return "no answer within %d s".formatted(TIME_MAX.toSeconds());
    }
    if (failure instanceof SSLException) {
      return "no safe connection: " + failure.getMessage();
    }
    return (failure instanceof ConnectException)
        ? "nobody listens there"
        : String.valueOf(failure.getMessage());
  }

  private static String advice(IOException failure) {
    if (failure instanceof SSLException) {
      return "Look whether the URL begins rightly with https, and whether Java trusts its proof.";
    }
    return "Look at its URL in the settings, at the network, and whether a proxy is in between.";
  }

  /** Returns what of this kind has led to a failure, or null. */
  static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> kind) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (kind.isInstance(cause)) {
        return kind.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }

  @Override
  public void close() {
    http.close();
  }
}
