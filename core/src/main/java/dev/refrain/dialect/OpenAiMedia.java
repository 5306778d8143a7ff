package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's images and sound: whoever asks the same in all that decides is given the same bytes. */
public final class OpenAiMedia implements OpenAiDialect {
  /** Pictures, made or changed. */
  public static final OpenAiMedia IMAGES =
      new OpenAiMedia(
          "openai-images", "/v1/images/generations", "/v1/images/edits", "/v1/images/variations");

  /** Texts read aloud. */
  public static final OpenAiMedia SPEECH = new OpenAiMedia("openai-speech", "/v1/audio/speech");

  /** What is said in a recording. */
  public static final OpenAiMedia TRANSCRIPTS =
      new OpenAiMedia("openai-transcripts", "/v1/audio/transcriptions", "/v1/audio/translations");

  /** Plain ones, and such with times: WebVTT and SubRip. */
  private static final Set<String> TEXTS =
      Set.of("text/plain", "text/vtt", "text/srt", "application/x-subrip");

  private final String name;
  private final Set<String> paths;

  private OpenAiMedia(String name, String... paths) {
    this.name = name;
    this.paths = Set.of(paths);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> paths() {
    return paths;
  }

  @Override
  public Reading read(Request request, @Nullable String deployment) {
    return MediaRequest.read(request); // which need not name a model
  }

  @Override
  public String modelOf(Request request) {
    return MediaRequest.modelOf(request);
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return null;
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    if (asked.form().equals(MediaRequest.STREAM)) {
      return MediaType.EVENTS.matches(mediaType);
    }
    var essence = MediaType.essence(mediaType);
    return equals(SPEECH)
        ? essence.startsWith("audio/") || essence.equals("application/octet-stream")
        : MediaType.JSON.matches(mediaType) || (equals(TRANSCRIPTS) && TEXTS.contains(essence));
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return MediaJudge.judge(this, asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null; // no form tells what another does
  }
}
