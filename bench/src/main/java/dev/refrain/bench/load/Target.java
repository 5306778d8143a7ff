package dev.refrain.bench.load;

import java.io.IOException;

/**
 * What streams are opened through.
 *
 * @param idleKilobytes what its process took in memory before the first stream
 */
record Target(String name, int port, ServerProcess process, long idleKilobytes) {
  static Target of(String name, String port, String processId) throws IOException {
    var process = new ServerProcess(Long.parseLong(processId));
    return new Target(name, Integer.parseInt(port), process, process.kilobytes());
  }
}
