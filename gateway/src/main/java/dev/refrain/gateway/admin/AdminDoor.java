package dev.refrain.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Headers;
import dev.refrain.gateway.settings.Admin;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says who may use what belongs to the operator. A pure function of his settings. */
public final class AdminDoor {
  /*
   * Rights come from the token, or from being on this machine. The second is a guess, and three
   * kinds of strangers might profit from it, each of whom is told apart here:
   *
   * - Whoever comes through a proxy on this machine has its address. Proxies name whom they speak
   *   for, or speak HTTP/1.0; a request that does either comes from elsewhere.
   * - A page of another site can have this machine's browser send requests. Browsers say so, by
   *   Origin or Sec-Fetch-Site, and send no foreign JSON without asking first.
   * - A site can let its name point to this machine (DNS rebinding), and then is of the same origin
   *   for the browser. But the request is for a host of that name, which nobody has configured.
   *
   * Who holds the token need name no known host: a browser adds no token by itself, and a page that
   * knows it need play no tricks.
   */

  private static final Set<String> FORWARDERS =
      Set.of(
          "forwarded",
          "forwarded-for",
          "via",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-original-forwarded-for",
          "x-envoy-external-address",
          "client-ip",
          "true-client-ip",
          "cf-connecting-ip",
          "fastly-client-ip",
          "x-proxyuser-ip");

  private static final String FORWARDED_PREFIX = "x-forwarded"; // -for, -host, -proto, -by, …
  private static final Map<String, String> CHALLENGE =
      Map.of("www-authenticate", "Bearer realm=\"refrain admin\"");

  private final Admin settings;
  private final Set<String> hosts;

  /** Takes the settings, and the host on which the gateway listens. */
  public AdminDoor(Admin settings, String listenHost) {
    this.settings = settings;
    this.hosts = Set.of(HostName.of(listenHost));
  }

  /** Returns why a visitor may not do what only the operator may, or null if he may. */
  public @Nullable AdminReply objection(Visit visit) {
    var origin = foreignOrigin(visit);
    if (origin != null) {
      return AdminReply.error(403, "foreign_origin", origin);
    }
    var shown = shownToken(visit.headers());
    if (shown != null && settings.token() != null) {
      return isToken(shown) ? null : stranger("This is not the token that admin.token-… names.");
    }
    var distance = distance(visit);
    if (distance != null) {
      return (settings.token() == null)
          ? AdminReply.error(
              403,
              "forbidden",
              distance
                  + " Only who is on the machine of the gateway may do this: no admin token is set"
                  + " (admin.token-env, admin.token-file).")
          : stranger(distance + " Show the admin token: Authorization: Bearer …");
    }
    return hostObjection(visit.hosts());
  }

  /** Returns how a visitor is not known to be on this machine; null if he is. */
  private @Nullable String distance(Visit visit) {
    if (!settings.loopback()) {
      return "Being on this machine gives no rights here (admin.loopback).";
    }
    if (visit.peer() == null || !visit.peer().isLoopbackAddress()) {
      return "This request comes from another machine.";
    }
    if (visit.outdated()) {
      return "This request is HTTP/1.0, so a proxy may stand behind it.";
    }
    return visit.headers().anyName(AdminDoor::isForwarding)
        ? "This request came through a proxy."
        : null;
  }

  private static boolean isForwarding(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return FORWARDERS.contains(lower) || lower.startsWith(FORWARDED_PREFIX);
  }

  private @Nullable AdminReply hostObjection(List<String> named) {
    boolean known = !named.isEmpty();
    for (var host : named) {
      known &= isKnown(HostName.of(host));
    }
    return known
        ? null
        : AdminReply.error(
            403,
            "unknown_host",
            "This request is meant for a host that is not known; admin.hosts can name it.");
  }

  private boolean isKnown(String host) {
    return !host.isEmpty()
        && (HostName.isLoopback(host)
            || hosts.contains(host)
            || settings.hosts().stream().anyMatch(known -> HostName.of(known).equals(host)));
  }

  /** Returns what tells that a page of another site sent this; null if nothing does. */
  private @Nullable String foreignOrigin(Visit visit) {
    for (var site : visit.headers().all("sec-fetch-site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        return "A page of another site sent this request.";
      }
    }
    for (var origin : visit.headers().all("origin")) {
      if (!isOwn(origin, visit)) {
        return "A page of another origin sent this request.";
      }
    }
    return null;
  }

  /** The host as the browser knows it may be another than the proxy in between asks for. */
  private boolean isOwn(String origin, Visit visit) {
    int end = origin.indexOf("://");
    var scheme = (end < 0) ? "" : origin.substring(0, end).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && (visit.encrypted() || !scheme.equals("http"))) {
      return false;
    }
    var authority = origin.substring(end + "://".length());
    var host = HostName.of(authority);
    return !host.isEmpty()
        && (visit.hosts().stream().anyMatch(authority::equalsIgnoreCase)
            || settings.hosts().stream().anyMatch(known -> HostName.of(known).equals(host)));
  }

  /** Returns what stands where a token would; null if nothing does. */
  private static @Nullable String shownToken(Headers headers) {
    var shown = headers.all("authorization");
    if (shown.isEmpty()) {
      return null;
    }
    var parts = shown.getFirst().strip().split("\\s+", 2);
    boolean bearer = shown.size() == 1 && parts.length == 2 && parts[0].equalsIgnoreCase("bearer");
    return bearer ? parts[1] : "";
  }

  /** In a time that tells nothing of the token, not even its length. */
  private boolean isToken(String shown) {
    return settings.token() != null
        && MessageDigest.isEqual(digest(shown), digest(settings.token().value()));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static AdminReply stranger(String message) {
    return AdminReply.error(401, "unauthorized", message).with(CHALLENGE);
  }

  /** Returns why a body of another type than wanted is not read; null if it is. */
  public static @Nullable AdminReply bodyObjection(String method, Headers headers, String wanted) {
    boolean mayHaveNone = method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
    var types = headers.all("content-type");
    if (mayHaveNone && types.isEmpty()) {
      return null;
    }
    boolean asWanted =
        types.size() == 1
            && Arrays.asList(types.getFirst().split(";", -1))
                .getFirst()
                .strip()
                .equalsIgnoreCase(wanted);
    return asWanted
        ? null
        : AdminReply.error(415, "json_wanted", "The body must be JSON: Content-Type: " + wanted);
  }
}
