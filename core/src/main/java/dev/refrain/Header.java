package dev.refrain;

/** The headers of Refrain itself, besides {@code Cache-Control}. */
public final class Header {
  /** Names the namespace of a call, such as the version of its prompt. */
  public static final String NAMESPACE = "Refrain-Namespace";

  /** Names the tags by which an answer can be invalidated, separated by commas. */
  public static final String TAG = "Cache-Tag";

  /** Names the call in an answer, so that it can be found again. */
  public static final String REQUEST_ID = "Refrain-Request-Id";

  private Header() {}
}
