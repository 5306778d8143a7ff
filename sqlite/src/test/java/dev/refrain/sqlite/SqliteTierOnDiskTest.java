package dev.refrain.sqlite;

import dev.refrain.Tier;
import dev.refrain.testing.TierContract;
import dev.refrain.tier.Cover;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The same where all is found on disk, under a secret, in a directory with an odd name. */
final class SqliteTierOnDiskTest extends TierContract {
  @TempDir private Path directory;

  @Override
  protected Tier open() throws Exception {
    var odd = directory.resolve("a b?c=d&e#f%20g\u00e4'h;i");
    var plan = SqliteStore.at(odd).cover(Cover.of("a secret of quite some length"));
    return new OwnStore(SqliteStore.open(plan), /* flushing= */ true);
  }
}
