package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import org.jspecify.annotations.Nullable;

/** Anthropic's messages, as Anthropic speaks them and those who imitate it. */
public final class AnthropicMessages implements AnthropicDialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final AnthropicMessages DIALECT = new AnthropicMessages();

  private AnthropicMessages() {}

  @Override
  public String name() {
    return "anthropic-messages";
  }

  @Override
  public String path() {
    return "/v1/messages";
  }

  @Override
  public Reading read(Request request) {
    return MessagesRequest.read(request.body());
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return MessagesPrompt.of(request.body());
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return MessagesJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return Conversion.of(recording, form, MessagesConversion::convert);
  }
}
