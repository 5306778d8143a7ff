package dev.refrain.gateway.cli;

import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Serves the operator from what a gateway keeps, where none runs. */
final class OfflineDesk implements Desk {
  private static final byte[] NOTHING = {};
  private static final int OK = 200;

  private final Offline.Kept kept;

  OfflineDesk(Offline.Kept kept) {
    this.kept = kept;
  }

  @Override
  public Json get(String path) throws CommandFailure, InterruptedException {
    return read(kept.ask("GET", path, NOTHING));
  }

  @Override
  public Json post(String path, byte[] json) throws CommandFailure, InterruptedException {
    return read(kept.ask("POST", path, json));
  }

  @Override
  public void give(String target, OutputStream out) throws CommandFailure, InterruptedException {
    try {
      var refusal = kept.give(target, out);
      if (refusal != null) {
        read(refusal);
      }
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "not all could be read: " + e.getMessage());
    }
  }

  @Override
  public Json take(String target, InputStream lines) throws CommandFailure, InterruptedException {
    return read(kept.take(target, lines));
  }

  private static Json read(AdminReply reply) throws CommandFailure {
    try {
      var json = Json.parse(reply.body());
      if (reply.status() == OK) {
        return json;
      }
      throw CommandFailure.of(reply.status(), json);
    } catch (JsonRejected e) {
      throw new IllegalStateException("our own JSON is strict", e);
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
