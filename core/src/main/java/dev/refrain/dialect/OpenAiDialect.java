package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import java.util.List;

/** What all dialects of OpenAI have in common. */
interface OpenAiDialect extends Dialect {
  /** Returns the one path on which this is spoken. */
  String path();

  @Override
  default boolean speaks(String method, String path) {
    return method.equals("POST") && path.equals(path());
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
