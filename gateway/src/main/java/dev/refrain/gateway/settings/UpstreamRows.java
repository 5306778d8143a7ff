package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The providers. */
final class UpstreamRows {
  static final String NAME = "upstreams";

  /** Beginnings of paths that mean something else. */
  private static final List<String> RESERVED =
      List.of("v1", "v1alpha", "v1beta", "v2", "api", "ask", "demo");

  private static final List<String> KNOWN = List.of("openai", "anthropic", "gemini", "ollama");

  static final Setting<URI> URL =
      Setting.optional(
          "upstreams.NAME.url",
          new BaseUrl(),
          "the vendor's for those that are known",
          "Where it is; the path of each request, such as /v1/models, is put behind it");
  static final Setting<List<String>> MODELS =
      Setting.of(
          "upstreams.NAME.models",
          Type.listOf(Name.PATTERN),
          "",
          "Models that are asked there whatever the path: names, or beginnings followed by *");

  static final Setting<Boolean> HTTP2 =
      Setting.of(
          "upstreams.NAME.http2",
          Type.truth(),
          "false",
          "Whether to speak HTTP/2 to it: by agreement with https, without asking with http");
  private static final Setting<List<String>> PATHS =
      Setting.of(
          "upstreams.NAME.paths",
          Type.listOf(Name.PATH_PATTERN),
          "",
          "Paths that are asked there if no model decides: whole ones, or beginnings followed by"
              + " *");
  private static final Setting<String> CREDENTIAL_ENV =
      Setting.optional(
          "upstreams.NAME.credential-env",
          Name.VARIABLE,
          "none",
          "The environment variable that holds the key which is shown to it for callers who hold a"
              + " gateway key");
  private static final Setting<String> CREDENTIAL_FILE =
      Setting.optional(
          "upstreams.NAME.credential-file",
          Name.FILE,
          "none",
          "The file that holds it, instead of a variable");
  private static final Setting<CredentialHeader> CREDENTIAL_HEADER =
      Setting.optional(
          "upstreams.NAME.credential-header",
          new HeaderType(),
          "the vendor's",
          "The header in which it wants a key");

  private static final SecretSource CREDENTIAL = new SecretSource(CREDENTIAL_ENV, CREDENTIAL_FILE);

  static final Section SECTION =
      new Section(
          NAME,
          "Providers. openai, anthropic, gemini and ollama are known; under other names more can be"
              + " added, which clients reach as /NAME/v1/…; azure and cohere are also asked for the"
              + " paths that are theirs",
          settings());

  private UpstreamRows() {}

  private static List<Setting<?>> settings() {
    var settings = new ArrayList<Setting<?>>(List.of(URL, MODELS, HTTP2, PATHS));
    settings.addAll(List.of(CREDENTIAL_ENV, CREDENTIAL_FILE, CREDENTIAL_HEADER));
    settings.addAll(UpstreamTlsRows.ALL);
    return settings;
  }

  /** Adds the providers that are there without any configuration. */
  static void addKnown(Draft draft) {
    var origin = new Origin.Default();
    for (var name : KNOWN) {
      draft.upstream(name, origin).put(URL, url(name), origin, draft.complaints());
    }
  }

  private static String url(String known) {
    return switch (known) {
      case "gemini" -> "https://generativelanguage.googleapis.com";
      case "ollama" -> "http://127.0.0.1:11434";
      default -> "https://api." + known + ".com";
    };
  }

  /** Complains of a name that no upstream can have. */
  static void checkName(String name, Origin origin, Complaints complaints) {
    try {
      Name.UPSTREAM.read(name);
    } catch (BadTextException e) {
      complaints.add(origin, e.getMessage());
    }
    if (RESERVED.contains(name)) {
      complaints.add(origin, "no upstream can be called '" + name + "': it begins other paths");
    }
  }

  static List<UpstreamSettings> upstreams(Draft draft, Map<String, String> environment) {
    var upstreams = new ArrayList<UpstreamSettings>();
    var names = new HashMap<String, String>();
    for (var entry : draft.upstreams().entrySet()) {
      String name = entry.getKey();
      var upstream = entry.getValue();
      String twin = names.put(Environment.inCapitals(name), name);
      if (twin != null) {
        draft.complain(
            upstream.origin(), "the name '" + name + "' is too much like '" + twin + "'");
      }
      URI url = upstream.values().find(URL);
      if (url != null) {
        upstreams.add(upstream(name, url, upstream.values(), draft, environment));
        warnOfDoubleVersion(url, upstream.values(), draft);
      } else if (!upstream.values().isGiven(URL) && !upstream.values().isFaulty()) {
        draft.complain(
            upstream.origin(), "upstream '" + name + "' needs a 'url'" + Nearest.hint(name, KNOWN));
      }
    }
    return upstreams;
  }

  private static UpstreamSettings upstream(
      String name, URI url, Values values, Draft draft, Map<String, String> environment) {
    if (CREDENTIAL.isGiven(values) && !draft.values().isGiven(GeneralRows.KEYS)) {
      draft.complain(
          CREDENTIAL.origin(values),
          "the credential of '%s' needs 'keys', which say who may use it".formatted(name));
    }
    var header = values.find(CREDENTIAL_HEADER);
    return new UpstreamSettings(
        name,
        url,
        values.get(MODELS),
        values.get(HTTP2),
        values.get(PATHS),
        CREDENTIAL.read(values, draft, environment),
        (header == null) ? CredentialHeader.usual(name, url) : header,
        UpstreamTlsRows.tls(url, values, draft));
  }

  /** Clients' base URLs end in /v1, so many will write that here, too. */
  private static void warnOfDoubleVersion(URI url, Values values, Draft draft) {
    if (url.getPath().toLowerCase(Locale.ROOT).endsWith("/v1")) {
      draft.warn(
          "%s: the URL ends in /v1, and so requests go to …/v1/v1/…: best leave it out"
              .formatted(values.origin(URL)));
    }
  }

  /** One of the headers in which providers want keys. */
  private record HeaderType() implements Type<CredentialHeader> {
    private static final List<String> NAMES =
        Arrays.stream(CredentialHeader.values()).map(CredentialHeader::header).toList();

    @Override
    public String expected() {
      return "one of " + String.join(", ", NAMES);
    }

    @Override
    public CredentialHeader read(String text) throws BadTextException {
      for (var header : CredentialHeader.values()) {
        if (header.header().equalsIgnoreCase(text)) {
          return header;
        }
      }
      throw new BadTextException("expected " + expected()); // unshown: it may be the key itself
    }
  }
}
