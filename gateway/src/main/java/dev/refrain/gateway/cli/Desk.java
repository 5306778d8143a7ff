package dev.refrain.gateway.cli;

import dev.refrain.json.Json;

/** Where the operator is served: by a gateway that runs, or by what it has left behind. */
interface Desk extends AutoCloseable {
  /** Returns what is to be read there. */
  Json get(String path) throws CommandFailure, InterruptedException;

  /** Returns what comes of telling it something. */
  Json post(String path, byte[] json) throws CommandFailure, InterruptedException;

  @Override
  void close();
}
