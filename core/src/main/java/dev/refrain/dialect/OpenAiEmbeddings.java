package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** OpenAI's embeddings, of which each item of a batch is answered by itself. */
public final class OpenAiEmbeddings implements Dialect {
  /** As OpenAI speaks them, and the many who imitate it. */
  public static final OpenAiEmbeddings DIALECT =
      new OpenAiEmbeddings("openai-embeddings", "/v1/embeddings", false);

  /** As Azure speaks them, where a deployment stands for a model, and may have any name. */
  public static final OpenAiEmbeddings AZURE =
      new OpenAiEmbeddings(
          "azure-embeddings",
          "/openai/v1/embeddings|(?:/openai)?/deployments/([^/]+)/embeddings",
          true);

  private final String name;
  private final Pattern path;
  private final boolean isDeployed;

  private OpenAiEmbeddings(String name, String path, boolean isDeployed) {
    this.name = name;
    this.path = Pattern.compile(path);
    this.isDeployed = isDeployed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && this.path.matcher(path).matches();
  }

  @Override
  public List<String> decidingHeaders() {
    return OpenAiChat.DIALECT.decidingHeaders();
  }

  @Override
  public Reading read(Request request) {
    return EmbeddingsRequest.read(request.body(), isDeployed ? deployment(request) : null);
  }

  /** Returns null if it is not the path that names it. */
  private @Nullable String deployment(Request request) {
    var matcher = path.matcher(request.path());
    return matcher.matches() ? matcher.group(1) : null;
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return null; // an embedding has to be exact
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return MediaType.JSON.matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return EmbeddingsJudge.judge(asked, reply, !isDeployed);
  }

  /**
   * No decimal tells a float as the provider would have written it, so neither becomes the other.
   */
  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return null;
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return OpenAiChat.DIALECT.error(status, code, message);
  }
}
