package dev.refrain.dialect;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Compares the model that was asked for with the one that a reply names. */
final class ModelNames {

  /*
   * Providers answer an alias with the name of the snapshot behind it: the alias and a date. A date
   * is  2024-08-06 | 20240806 | 0613 (month and day) | 2411 (year and month).
   * Of Anthropic's first models of a generation the alias ends in -0, and the snapshot has no 0.
   * The other way round, an alias for the snapshot asked for, says nothing certain.
   */
  private static final String MONTH = "(0[1-9]|1[0-2])";
  private static final String DAY = "(0[1-9]|[12][0-9]|3[01])";
  private static final Pattern DATE =
      Pattern.compile(
          ("-20[0-9]{2}-" + MONTH + "-" + DAY)
              + ("|-20[0-9]{2}" + MONTH + DAY)
              + ("|-" + MONTH + DAY)
              + ("|-2[0-9]" + MONTH));

  /** Those that are named in no such way. Mostly a "-v2" is another model. */
  private static final Map<String, String> SNAPSHOTS =
      Map.of("text-embedding-ada-002", "text-embedding-ada-002-v2");

  private static final List<String> NEWEST = List.of("-latest", "-0");
  private static final List<String> PROVIDERS = List.of("openai/", "anthropic/"); // of routers

  private ModelNames() {}

  static boolean same(String asked, String answered) {
    var alias = withoutProvider(asked);
    var name = withoutProvider(answered);
    if (name.equals(alias) || name.equals(SNAPSHOTS.get(alias))) {
      return true;
    }
    var base = withoutNewest(alias);
    return name.startsWith(base) && DATE.matcher(name.substring(base.length())).matches();
  }

  private static String withoutProvider(String model) {
    for (var provider : PROVIDERS) {
      if (model.startsWith(provider)) {
        return model.substring(provider.length());
      }
    }
    return model;
  }

  private static String withoutNewest(String alias) {
    for (var ending : NEWEST) {
      if (alias.endsWith(ending)) {
        return alias.substring(0, alias.length() - ending.length());
      }
    }
    return alias;
  }
}
