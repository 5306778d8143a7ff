package dev.refrain.json;

/**
 * How much of a document is borne before it is refused.
 *
 * @param bytesMax length of the document
 * @param depthMax objects and arrays within each other
 * @param nodesMax values and member names; each takes sixteen bytes of memory
 */
public record JsonLimits(int bytesMax, int depthMax, int nodesMax) {

  /** Fit for calls of language models: a 20 MB image in a string passes. */
  public static final JsonLimits DEFAULT = new JsonLimits(64 << 20, 256, 1_000_000);

  static final int NAME_BYTES_MAX = 50_000;
  static final int NUMBER_BYTES_MAX = 1_000;
  private static final int DEPTH_MAX = 1_000; // the canonical form is written by recursion

  public JsonLimits {
    require(bytesMax >= 0, "bytesMax");
    require(depthMax >= 0 && depthMax <= DEPTH_MAX, "depthMax");
    require(nodesMax >= 0 && nodesMax <= Document.NODES_MAX, "nodesMax");
  }

  private static void require(boolean holds, String limit) {
    if (!holds) {
      throw new IllegalArgumentException(limit);
    }
  }
}
