import org.jspecify.annotations.NullMarked;

/** The response cache for language models, as a library. */
@NullMarked
module dev.refrain {
  requires com.github.benmanes.caffeine;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.refrain;
  exports dev.refrain.dialect;
  exports dev.refrain.fleet;
  exports dev.refrain.tier;
}
