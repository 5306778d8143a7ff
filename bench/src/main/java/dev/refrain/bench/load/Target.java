package dev.refrain.bench.load;

import java.io.IOException;
import java.util.Locale;

/**
 * What streams are opened through.
 *
 * @param idleKilobytes what its process took in memory before the first stream
 */
record Target(String name, Tongue tongue, int port, ServerProcess process, long idleKilobytes) {
  /** What follows a colon in the name is the dialect that is spoken. */
  static Target of(String name, String port, String processId) throws IOException {
    var process = new ServerProcess(Long.parseLong(processId));
    int colon = name.indexOf(':');
    var tongue =
        (colon < 0)
            ? Tongue.CHAT
            : Tongue.valueOf(name.substring(colon + 1).toUpperCase(Locale.ROOT));
    return new Target(name, tongue, Integer.parseInt(port), process, process.kilobytes());
  }
}
