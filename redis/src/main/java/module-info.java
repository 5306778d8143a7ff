import org.jspecify.annotations.NullMarked;

/** The tier that a fleet shares, in Redis or Valkey, and the fleet's protocol. */
@NullMarked
@SuppressWarnings("requires-automatic") // Lettuce names itself, and says no more
module dev.refrain.redis {
  requires transitive dev.refrain;
  requires com.github.benmanes.caffeine;
  requires com.github.luben.zstd_jni;
  requires io.netty.common;
  requires lettuce.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.refrain.redis;
}
