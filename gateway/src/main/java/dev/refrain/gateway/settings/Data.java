package dev.refrain.gateway.settings;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept beyond the process.
 *
 * @param directory where; null if nothing is
 * @param bytesMax how many bytes of answers
 * @param secrets under which answers lie outside of the process, the newest first; none if they lie
 *     open
 * @param shared what is kept where other gateways find it, too; null if nothing is
 */
public record Data(
    @Nullable Path directory, long bytesMax, List<Secret> secrets, @Nullable Shared shared) {
  /** Nothing is kept on disk, or shared. */
  public static final Data NONE = new Data(null, 4L << 30, List.of(), null);

  public Data {
    secrets = List.copyOf(secrets);
  }
}
