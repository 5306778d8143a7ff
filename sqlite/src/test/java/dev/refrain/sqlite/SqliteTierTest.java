package dev.refrain.sqlite;

import dev.refrain.Tier;
import dev.refrain.testing.TierContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The tier as its callers see it: what is found may not yet be on disk. */
final class SqliteTierTest extends TierContract {
  @TempDir private Path directory;

  @Override
  protected Tier open() throws Exception {
    return new OwnStore(SqliteStore.open(SqliteStore.at(directory)), /* flushing= */ false);
  }
}
