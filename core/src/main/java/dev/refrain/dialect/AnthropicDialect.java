package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import java.util.List;

/** What all dialects of Anthropic have in common. */
interface AnthropicDialect extends Dialect {
  /**
   * The version and the betas change what an answer is; of one credential's workspaces and user
   * profiles, each has its own settings and files.
   */
  List<String> DECIDING_HEADERS =
      List.of(
          "anthropic-beta",
          "anthropic-user-profile-id",
          "anthropic-version",
          "anthropic-workspace-id");

  /** Returns the one path on which this is spoken. */
  String path();

  @Override
  default boolean speaks(String method, String path) {
    return method.equals("POST") && path.equals(path());
  }

  @Override
  default List<String> decidingHeaders() {
    return DECIDING_HEADERS;
  }

  @Override
  default boolean expects(Facts asked, String mediaType) {
    return MediaType.of(asked.form()).matches(mediaType);
  }

  @Override
  default byte[] error(int status, String code, String message) {
    return AnthropicError.body(status, code, message);
  }
}
