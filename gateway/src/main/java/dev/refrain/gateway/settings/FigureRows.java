package dev.refrain.gateway.settings;

import dev.refrain.gateway.figures.LogSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is counted, and told of it. */
final class FigureRows {
  private static final String STDOUT = "stdout";

  private static final Setting<Boolean> COLLECT =
      Setting.of(
          "figures.collect", Type.truth(), "true", "Whether calls are counted; see /-/metrics");
  private static final Setting<String> PRICES =
      Setting.optional(
          "figures.prices",
          Name.FILE,
          "those that came with the program",
          "The file of what models cost, as docs/figures.md describes it");
  private static final Setting<String> LOG =
      Setting.optional(
          "access-log.file",
          Name.FILE,
          "none: nothing is logged",
          "Where each call is told in a line of JSON: a file, or " + STDOUT);
  private static final Setting<Double> SHARE =
      Setting.of("access-log.share", Type.share(), "100%", "How many of the calls are logged");
  private static final Setting<Boolean> REQUESTS =
      Setting.of(
          "access-log.requests",
          Type.truth(),
          "false",
          "Whether what is asked stands in the log, too, with all that people say in it");
  private static final Setting<Long> SIZE_MAX =
      Setting.of(
          "access-log.size-max",
          Type.size("1KiB", "1TiB"),
          "100MiB",
          "How large the file grows before a new one is begun");
  private static final Setting<Integer> FILES_MAX =
      Setting.of(
          "access-log.files-max", Type.count(0, 10_000), "5", "How many earlier files are left");

  static final Section FIGURES =
      new Section("figures", "What is counted", List.of(COLLECT, PRICES));
  static final Section LOGGED =
      new Section(
          "access-log",
          "What is told of each call: never a credential, and no answer",
          List.of(LOG, SHARE, REQUESTS, SIZE_MAX, FILES_MAX));

  private FigureRows() {}

  static FigureSettings figures(Draft draft) {
    var values = draft.values();
    return new FigureSettings(values.get(COLLECT), prices(draft), log(draft, values));
  }

  /** Returns the file of prices; null for those that came with the program. */
  static @Nullable Path prices(Draft draft) {
    return draft.file(PRICES);
  }

  private static LogSettings log(Draft draft, Values values) {
    var name = values.find(LOG);
    return new LogSettings(
        name != null,
        STDOUT.equals(name) ? null : draft.file(LOG),
        values.get(SHARE),
        values.get(REQUESTS),
        values.get(SIZE_MAX),
        values.get(FILES_MAX));
  }
}
