package dev.refrain.gateway.figures;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The first so many names that somebody used: whatever callers send, there are no more. */
final class KnownNames {
  /** Stands for all names that came too late. */
  static final String OTHER = "other";

  private static final int LENGTH_MAX = 100;

  private final int max;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  KnownNames(int max) {
    this.max = max;
  }

  /**
   * Returns the name, or {@link #OTHER} if it is none of the first.
   *
   * @param proven whether it may become one of them: names that nobody has answered to are cheap
   */
  String known(String name, boolean proven) {
    if (names.contains(name)) {
      return name;
    }
    return (proven && name.length() <= LENGTH_MAX && add(name)) ? name : OTHER;
  }

  /** Returns those that are told apart, in order. */
  List<String> names() {
    return names.stream().sorted().toList();
  }

  private synchronized boolean add(String name) {
    return (names.size() < max && names.add(name)) || names.contains(name);
  }
}
