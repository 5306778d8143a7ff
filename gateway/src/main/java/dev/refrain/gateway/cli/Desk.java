package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import java.io.InputStream;
import java.io.OutputStream;

/** Where the operator is served: by a gateway that runs, or by what it has left behind. */
interface Desk extends AutoCloseable {
  /** Returns what is to be read there. */
  Json get(String path) throws CommandFailure, InterruptedException;

  /** Returns what comes of telling it something. */
  Json post(String path, byte[] json) throws CommandFailure, InterruptedException;

  /** Writes what is to be read there, however long it is. */
  void give(String target, OutputStream out) throws CommandFailure, InterruptedException;

  /** Returns what comes of sending it JSON, one value a line, however long it is. */
  Json take(String target, InputStream lines) throws CommandFailure, InterruptedException;

  @Override
  void close();
}
