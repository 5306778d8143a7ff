package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's count of the tokens of a message that is not sent. Tools are no objection, as they
 * are counted and not used; only those of an MCP server, whom the provider must ask for them.
 */
public final class AnthropicTokenCount implements AnthropicDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final AnthropicTokenCount DIALECT = new AnthropicTokenCount();

  private static final Map<String, Shape> SHAPES =
      Map.of("model", Shape.STRING, "messages", Shape.OBJECTS);

  private AnthropicTokenCount() {}

  @Override
  public String name() {
    return "anthropic-token-count";
  }

  @Override
  public String path() {
    return "/v1/messages/count_tokens";
  }

  @Override
  public Reading read(Request request) {
    return JsonRequest.read(request.body(), Set.of(), AnthropicTokenCount::facts);
  }

  private static @Nullable Facts facts(Json root) {
    var model = Field.of(root, "model");
    if (!model.is(Kind.STRING)
        || !Field.of(root, "messages").is(Kind.ARRAY)
        || !Shape.fitAll(root, SHAPES)) {
      return null;
    }
    Set<Reason> objections =
        MessagesObjections.hasServers(root) ? Set.of(Reason.HOSTED_TOOLS) : Set.of();
    return new Facts(Form.WHOLE, List.of(), List.of(), model.text(), 1, false, objections);
  }

  /** Else the counted tokens would be taken for used ones. */
  @Override
  public boolean isFree() {
    return true;
  }

  /** Never: of nearly the same text the count is another one. */
  @Override
  public @Nullable Prompt prompt(Request request) {
    return null;
  }

  /** Finds out whether a reply is a count. It costs nothing, and so tells no usage. */
  @Override
  public Verdict judge(Facts asked, Recording reply) {
    var defects = EnumSet.noneOf(Reason.class);
    try {
      var count = Json.parse(reply.chunks().bytes());
      if (MessagesJudge.isError(count)) {
        defects.add(Reason.ERROR_EVENT);
      } else if (Field.of(count, "input_tokens").asLong(-1) < 0) {
        defects.add(Reason.INVALID_JSON);
      }
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
    return new Verdict(defects, Usage.UNKNOWN);
  }

  /** Never: there is but one form. */
  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null;
  }
}
