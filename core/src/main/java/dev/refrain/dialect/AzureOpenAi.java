package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A dialect of OpenAI at the paths that it has on Azure. */
public final class AzureOpenAi implements Dialect {

  /*
   * path = "/openai/v1/" endpoint | ["/openai"] "/deployments/" name "/" endpoint
   *
   * An upstream's own URL may end in the first word.
   *
   * What OpenAI calls a model is a deployment here, named by the path or, at the newer paths, by
   * the body. A path that names it is in the key, so the body is read as it came, be it of many
   * megabytes. Replies name the model that is deployed, which says nothing about the deployment.
   */

  private static final Pattern PATH =
      Pattern.compile("(?:/openai/v1|(?:/openai)?/deployments/([\\w.-]+))(/.*)");

  /** By it a caller chooses what is filtered out of an answer. */
  private static final String CONTENT_FILTER = "x-policy-id";

  private final OpenAiDialect dialect;
  private final List<String> decidingHeaders;

  private record Place(@Nullable String deployment, String path) {}

  /** Has a dialect spoken at the other paths. */
  AzureOpenAi(OpenAiDialect dialect) {
    this.dialect = dialect;
    this.decidingHeaders =
        Stream.concat(dialect.decidingHeaders().stream(), Stream.of(CONTENT_FILTER)).toList();
  }

  static List<Dialect> all(List<OpenAiDialect> dialects) {
    return dialects.stream().<Dialect>map(AzureOpenAi::new).toList();
  }

  @Override
  public String name() {
    return "azure-" + dialect.name();
  }

  @Override
  public boolean speaks(String method, String path) {
    var place = place(path);
    return place != null && dialect.speaks(method, place.path);
  }

  /** Returns the deployment, null if the path names none, and the path as OpenAI has it. */
  private static @Nullable Place place(String path) {
    var matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return null;
    }
    return new Place(matcher.group(1), "/v1" + matcher.group(2));
  }

  @Override
  public List<String> decidingHeaders() {
    return decidingHeaders;
  }

  @Override
  public Reading read(Request request) {
    var place = place(request.path());
    if (place == null) {
      return new Reading.Opaque(Reason.ENDPOINT);
    }
    var reading = dialect.read(at(place, request), place.deployment);
    return (reading instanceof Reading.Clear clear && place.deployment != null)
        ? new Reading.Clear(withModel(clear.facts(), place.deployment), clear.body())
        : reading;
  }

  @Override
  public String modelOf(Request request) {
    var place = place(request.path());
    if (place == null) {
      return "";
    }
    return (place.deployment == null) ? dialect.modelOf(at(place, request)) : place.deployment;
  }

  private static Request at(Place place, Request request) {
    return Request.of(
        request.upstream(), request.method(), place.path, request.headers(), request.body());
  }

  private static Facts withModel(Facts facts, String deployment) {
    return new Facts(
        facts.form(),
        facts.sources(),
        facts.siblings(),
        deployment,
        facts.choices(),
        facts.limited(),
        facts.objections());
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    var place = place(request.path());
    return (place == null) ? null : dialect.prompt(at(place, request));
  }

  @Override
  public boolean tellsUsage(Form form) {
    return dialect.tellsUsage(form);
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return dialect.expects(asked, mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    var verdict = dialect.judge(asked, reply);
    var defects = EnumSet.noneOf(Reason.class);
    defects.addAll(verdict.defects());
    defects.remove(Reason.OTHER_MODEL);
    return new Verdict(defects, verdict.usage());
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return dialect.convert(recording, form);
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return dialect.error(status, code, message);
  }
}
