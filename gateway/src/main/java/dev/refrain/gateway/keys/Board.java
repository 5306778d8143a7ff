package dev.refrain.gateway.keys;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where the gateways of a fleet write what each of them counts, so that all see it. */
@FunctionalInterface
public interface Board {
  /**
   * Reads sheets, and then writes on them; returns of each sheet the texts of all its lines, by
   * their names, as they were before. A sheet that nobody understands is left out.
   *
   * @throws IOException if the board cannot be reached; then perhaps something was written
   */
  Map<String, Map<String, String>> exchange(List<Sheet> sheets)
      throws IOException, InterruptedException;

  /**
   * What is written on a sheet.
   *
   * @param name of what is counted
   * @param until when it is of use
   * @param lines the texts of lines, whatever they were before
   * @param ifMissing the texts of lines that are written only where there are none
   */
  record Sheet(
      String name, Instant until, Map<String, String> lines, Map<String, String> ifMissing) {
    public Sheet {
      lines = Map.copyOf(lines);
      ifMissing = Map.copyOf(ifMissing);
    }
  }
}
