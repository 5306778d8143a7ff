package dev.refrain;

/** The request headers that Refrain itself understands, besides {@code Cache-Control}. */
public final class Header {
  /** Names the namespace of a call, such as the version of its prompt. */
  public static final String NAMESPACE = "Refrain-Namespace";

  /** Names the tags by which an answer can be invalidated, separated by commas. */
  public static final String TAG = "Cache-Tag";

  private Header() {}
}
