package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Request;
import dev.refrain.Routes;
import dev.refrain.Upstream;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The upstreams by name, and which of them answers what. */
final class Upstreams implements Routes {
  /*
   * A path that begins with the name of an upstream, /NAME/v1/…, goes to that one. For all others
   * the model decides: "demo" is the rehearsal, and the configuration may lead others where it
   * likes. What is left goes to the vendor whose path it is, and of those that are not known
   * unless they are configured, only then. Azure's paths begin with the name of OpenAI, too.
   */

  static final String OPENAI = "openai";
  static final String ANTHROPIC = "anthropic";
  static final String GEMINI = "gemini";
  static final String OLLAMA = "ollama";
  static final String DEMO = "demo";

  private static final String AZURE = "azure";
  private static final String COHERE = "cohere";
  private static final String DEPLOYMENTS = "/openai/deployments/";
  private static final Pattern OF_GEMINI =
      Pattern.compile(
          "(?:/upload)?/v1(?:alpha|beta).*"
              + "|/v1/[^?]*:(?:(?:streamG|g)enerateContent|countTokens|(?:batchE|e)mbedContents?)"
              + "(?:\\?.*)?");

  private final Map<String, Upstream> byName;
  private final List<ModelRoute> models;

  /** A pattern of model names, such as {@code gpt-*}, and the upstream that has them. */
  record ModelRoute(String pattern, String upstream) {
    boolean fits(String model) {
      return pattern.endsWith("*")
          ? model.startsWith(pattern.substring(0, pattern.length() - 1))
          : model.equals(pattern);
    }
  }

  /**
   * Where a request goes by its path.
   *
   * @param upstream the name of the upstream, or nothing if the path does not say
   * @param target path and query as that upstream knows them
   */
  record Aim(String upstream, String target) {
    String path() {
      int query = target.indexOf('?');
      return (query < 0) ? target : target.substring(0, query);
    }
  }

  Upstreams(Map<String, Upstream> byName, List<ModelRoute> models) {
    this.byName = Map.copyOf(byName);
    this.models = List.copyOf(models);
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
    return byPath(request.target());
  }

  /** The vendor to whom an unnamed path belongs. */
  String byPath(String target) {
    if (target.startsWith("/v1/messages")) {
      return ANTHROPIC;
    }
    if (OF_GEMINI.matcher(target).matches()) {
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

  /** Returns the upstream that is to answer a call. */
  Upstream of(Call call) {
    return get(call.meaning().upstream());
  }

  private Upstream get(String name) {
    var upstream = byName.get(name);
    if (upstream == null) {
      throw new IllegalArgumentException("no upstream is called " + name);
    }
    return upstream;
  }
}
