package dev.refrain.gateway.figures;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the access log, and where that is.
 *
 * @param enabled whether there is one
 * @param file null for standard output
 * @param share of the calls that are logged, from 0 to 1
 * @param requests whether the bodies of requests are, too
 * @param bytesMax how large a file grows before the next is begun
 * @param filesMax how many earlier ones are left
 */
public record LogSettings(
    boolean enabled,
    @Nullable Path file,
    double share,
    boolean requests,
    long bytesMax,
    int filesMax) {
  /** Nothing is logged. */
  public static final LogSettings OFF = new LogSettings(false, null, 1, false, 100L << 20, 5);

  /** Returns the settings for logging all into a file. */
  public static LogSettings to(Path file) {
    return new LogSettings(true, file, OFF.share, OFF.requests, OFF.bytesMax, OFF.filesMax);
  }
}
