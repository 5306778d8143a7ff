package dev.refrain.gateway.console;

import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** The page and its files, as they lie in the jar. They hold no secret, and are for everybody. */
final class ConsoleFiles {
  /** All there are; what is not listed is not served. */
  static final Set<String> NAMES =
      Set.of(
          "access.js",
          "answer.js",
          "api.js",
          "chart.js",
          "console.css",
          "dom.js",
          "entries.js",
          "entry.js",
          "format.js",
          "index.html",
          "keyboard.js",
          "main.js",
          "mark.svg",
          "now.js",
          "pages.css",
          "player.js",
          "prose.js",
          "question.js",
          "refresh.js",
          "retire.js",
          "samples.js",
          "scale.js",
          "settings.js",
          "theme.js",
          "timeline.js",
          "why.js");

  private static final String PAGE = "index.html";
  private static final int DIGEST_BYTES = 12;
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;

  /** Nothing from elsewhere, nothing inline, nothing made of strings, and in nobody's frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "content-security-policy", POLICY,
          "cache-control", "no-cache",
          "vary", "accept-encoding",
          "referrer-policy", "no-referrer",
          "cross-origin-opener-policy", "same-origin");

  private final Map<String, File> files = new ConcurrentHashMap<>(); // as many as there are names

  /** A file, as it is and packed. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record File(String type, byte[] plain, byte[] packed, String digest) {}

  /** Returns what there is to ask for. */
  List<Route> routes() {
    return List.of(
        Route.get("/-/", request -> file(PAGE, request)).forEverybody(),
        Route.get("/-/console/{name}", request -> file(request.variable("name"), request))
            .forEverybody());
  }

  private AdminReply file(String name, AdminRequest request) throws AdminRefusal {
    if (!NAMES.contains(name)) {
      throw AdminRefusal.notFound("There is no such file.");
    }
    var file = files.computeIfAbsent(name, ConsoleFiles::read);
    boolean packed = accepts(request, "accept-encoding", "gzip");
    var tag = "\"" + file.digest + (packed ? "-gzip\"" : "\"");
    var headers = new LinkedHashMap<>(HEADERS);
    headers.put("etag", tag);
    if (accepts(request, "if-none-match", tag)) {
      return new AdminReply(NOT_MODIFIED, file.type, headers, new byte[0]);
    }
    if (packed) {
      headers.put("content-encoding", "gzip");
    }
    return new AdminReply(OK, file.type, headers, packed ? file.packed : file.plain);
  }

  /** Returns whether a list in a header names this, and not with a weight of nothing. */
  private static boolean accepts(AdminRequest request, String header, String wanted) {
    for (var line : request.headers().all(header)) {
      for (var part : line.split(",", -1)) {
        var name = part.strip();
        if (name.equals(wanted) || (name.startsWith(wanted + ";") && !name.endsWith("q=0"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static File read(String name) {
    try (var in = ConsoleFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      var plain = in.readAllBytes();
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(plain);
      }
      return new File(type(name), plain, packed.toByteArray(), digest(plain));
    } catch (IOException e) {
      throw new IllegalStateException("the jar cannot be read", e);
    }
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
  }

  private static String digest(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
