/** The embedded tier. {@link dev.refrain.sqlite.SqliteStore} is where to begin reading. */
@NullMarked
package dev.refrain.sqlite;

import org.jspecify.annotations.NullMarked;
