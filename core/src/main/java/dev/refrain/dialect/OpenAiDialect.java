package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Reading;
import dev.refrain.Request;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all dialects of OpenAI have in common. */
interface OpenAiDialect extends Dialect {
  /** Returns the paths on which this is spoken. */
  Set<String> paths();

  @Override
  default boolean speaks(String method, String path) {
    return method.equals("POST") && paths().contains(path);
  }

  /**
   * Reads a request.
   *
   * @param deployment what is asked if the body names no model; null if nothing is
   */
  Reading read(Request request, @Nullable String deployment);

  @Override
  default Reading read(Request request) {
    return read(request, null);
  }

  @Override
  default List<String> decidingHeaders() {
    return OpenAi.DECIDING_HEADERS;
  }

  @Override
  default boolean expects(Facts asked, String mediaType) {
    return MediaType.of(asked.form()).matches(mediaType);
  }

  @Override
  default byte[] error(int status, String code, String message) {
    return OpenAi.error(status, code, message);
  }
}
