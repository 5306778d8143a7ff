import org.jspecify.annotations.NullMarked;

/** The embedded tier of Refrain: answers in a file that outlasts the process. */
@NullMarked
module dev.refrain.sqlite {
  requires transitive dev.refrain;
  requires java.sql;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires static org.jspecify;

  exports dev.refrain.sqlite;
}
