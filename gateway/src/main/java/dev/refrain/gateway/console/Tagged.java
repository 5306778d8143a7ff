package dev.refrain.gateway.console;

import java.util.ArrayList;
import java.util.List;

/**
 * What the tags of an entry say.
 *
 * @param others those that callers have given it
 */
record Tagged(String model, String namespace, String dialect, List<String> others) {
  private static final String MODEL = "model:";
  private static final String NAMESPACE = "namespace:";
  private static final String DIALECT = "dialect:";
  private static final String SCOPE = "scope:";
  private static final String KEY = "key:";

  Tagged {
    others = List.copyOf(others);
  }

  static Tagged by(List<String> tags) {
    var model = "";
    var namespace = "";
    var dialect = "";
    var others = new ArrayList<String>();
    for (var tag : tags) {
      if (tag.startsWith(MODEL) && model.isEmpty()) {
        model = tag.substring(MODEL.length());
      } else if (tag.startsWith(NAMESPACE) && namespace.isEmpty()) {
        namespace = tag.substring(NAMESPACE.length());
      } else if (tag.startsWith(DIALECT) && dialect.isEmpty()) {
        dialect = tag.substring(DIALECT.length());
      } else if (!tag.startsWith(SCOPE) && !tag.startsWith(KEY)) {
        others.add(tag);
      }
    }
    return new Tagged(model, namespace, dialect, others);
  }
}
