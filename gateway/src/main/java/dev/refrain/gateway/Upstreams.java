package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Request;
import dev.refrain.Routes;
import dev.refrain.Upstream;
import dev.refrain.gateway.settings.Settings;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The upstreams by name, and which of them answers what. */
final class Upstreams implements Routes {
  /*
   * A path that begins with the name of an upstream, /NAME/v1/…, goes to that one. For all others
   * the model decides: "demo" is the rehearsal, and the configuration may lead others where it
   * likes, and then paths as well. What is left goes to the vendor whose path it is, and of those
   * that are not known unless they are configured, only then. Azure's paths begin with the name of
   * OpenAI, too. Paths such as /v1/models and /v1/files are OpenAI's and Anthropic's: what names
   * no model goes to Anthropic if it names the version that all requests to Anthropic must name.
   */

  static final String OPENAI = "openai";
  static final String ANTHROPIC = "anthropic";
  static final String GEMINI = "gemini";
  static final String OLLAMA = "ollama";
  static final String DEMO = "demo";

  private static final String ANTHROPIC_VERSION = "anthropic-version";
  private static final String AZURE = "azure";
  private static final String COHERE = "cohere";
  private static final String DEPLOYMENTS = "/openai/deployments/";
  private static final Pattern OF_GEMINI =
      Pattern.compile(
          "(?:/upload)?/v1(?:alpha|beta).*"
              + "|/v1/[^?]*:(?:(?:streamG|g)enerateContent|countTokens|(?:batchE|e)mbedContents?)"
              + "(?:\\?.*)?");

  private final Map<String, Upstream> byName;
  private final List<Route> models;
  private final List<Route> paths;

  /** A pattern of models or paths, such as {@code gpt-*}, and the upstream that has them. */
  record Route(String pattern, String upstream) {
    boolean fits(String text) {
      return pattern.endsWith("*")
          ? text.startsWith(pattern.substring(0, pattern.length() - 1))
          : text.equals(pattern);
    }
  }

  /**
   * Where a request goes by its path.
   *
   * @param upstream the name of the upstream, or nothing if the path does not say
   * @param target path and query as that upstream knows them
   */
  record Aim(String upstream, String target) {
    /** Whether the path began with the name of the upstream, which is left out of the target. */
    boolean isNamed() {
      return !upstream.isEmpty();
    }

    String path() {
      int query = target.indexOf('?');
      return (query < 0) ? target : target.substring(0, query);
    }
  }

  Upstreams(Map<String, Upstream> byName, List<Route> models, List<Route> paths) {
    this.byName = Map.copyOf(byName);
    this.models = List.copyOf(models);
    this.paths = List.copyOf(paths);
  }

  /** Returns these upstreams, each for what the settings say. */
  static Upstreams of(Settings settings, Map<String, Upstream> byName) {
    var models = new ArrayList<Route>();
    var paths = new ArrayList<Route>();
    for (var upstream : settings.upstreams()) {
      upstream.models().forEach(model -> models.add(new Route(model, upstream.name())));
      upstream.paths().forEach(path -> paths.add(new Route(path, upstream.name())));
    }
    return new Upstreams(byName, models, paths);
  }

  /** Aims a request by its path alone. */
  Aim aim(String target) {
    int end = target.indexOf('/', 1);
    if (end > 0 && !target.startsWith(DEPLOYMENTS)) {
      var name = target.substring(1, end);
      if (byName.containsKey(name)) {
        return new Aim(name, target.substring(end));
      }
    }
    return new Aim("", target);
  }

  @Override
  public String upstreamFor(Request request, String model) {
    if (!request.upstream().isEmpty()) {
      return request.upstream();
    }
    if (model.equals(DEMO) && byName.containsKey(DEMO)) {
      return DEMO;
    }
    for (var route : models) {
      if (route.fits(model)) {
        return route.upstream();
      }
    }
    boolean isForAnthropic = model.isEmpty() && request.headers().get(ANTHROPIC_VERSION) != null;
    return withoutModel(request.path(), request.target(), isForAnthropic);
  }

  /** Tells whether a client speaks to Anthropic, whatever the path. */
  static boolean isForAnthropic(MultiMap headers) {
    return headers.contains(ANTHROPIC_VERSION);
  }

  /** Returns whether the model has a say in where a request goes. */
  boolean isByModel(Aim aim) {
    return !aim.isNamed() && !models.isEmpty();
  }

  /** Returns whether the configuration leads a path to an upstream, unless the model leads it. */
  boolean isByPath(Aim aim) {
    return paths.stream().anyMatch(route -> route.fits(aim.path()));
  }

  /** Returns the upstream to which a request goes that nobody understands. */
  String forRelay(Aim aim, boolean isForAnthropic) {
    return aim.upstream().isEmpty()
        ? withoutModel(aim.path(), aim.target(), isForAnthropic)
        : aim.upstream();
  }

  private String withoutModel(String path, String target, boolean isForAnthropic) {
    for (var route : paths) {
      if (route.fits(path)) {
        return route.upstream();
      }
    }
    return isForAnthropic ? ANTHROPIC : byPath(target);
  }

  /** The vendor to whom an unnamed path belongs. */
  String byPath(String target) {
    if (target.startsWith("/v1/messages")) {
      return ANTHROPIC;
    }
    if (isOfGemini(target)) {
      return GEMINI;
    }
    if (target.startsWith("/api/")) {
      return OLLAMA;
    }
    if (target.startsWith(DEPLOYMENTS) && byName.containsKey(AZURE)) {
      return AZURE;
    }
    boolean isOfCohere = target.startsWith("/v2/") || target.startsWith("/v1/rerank");
    return isOfCohere && byName.containsKey(COHERE) ? COHERE : OPENAI;
  }

  /**
   * All of Gemini's paths have a version of their own or a colon, and most others need no pattern.
   */
  private static boolean isOfGemini(String target) {
    boolean mayBe =
        target.indexOf(':') >= 0 || target.startsWith("/v1a") || target.startsWith("/v1b");
    return (mayBe || target.startsWith("/upload/")) && OF_GEMINI.matcher(target).matches();
  }

  /** Returns the upstream that is to answer a call. */
  Upstream of(Call call) {
    return get(call.meaning().upstream());
  }

  /**
   * Returns the upstream that is to answer a call, reached in some way. What is done on that is not
   * done for a call for which there is no place.
   */
  Upstream of(Call call, UnaryOperator<Upstream> way) {
    var upstream = of(call);
    return (upstream instanceof BoundedUpstream bounded)
        ? bounded.reached(way)
        : way.apply(upstream);
  }

  private Upstream get(String name) {
    var upstream = byName.get(name);
    if (upstream == null) {
      throw new IllegalArgumentException("no upstream is called " + name);
    }
    return upstream;
  }
}
