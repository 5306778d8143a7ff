package dev.refrain.gateway.portage;

import dev.refrain.Depot;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;

/** Entries as lines of JSON, out of the cache and in again. */
public final class Portage {
  private static final long PULSE_MILLIS = 5_000;

  private final Depot depot;
  private final Supplier<byte[]> scopeKey;
  private final LineLimits limits;
  private final InstantSource clock;

  /** Takes the key that makes scopes of credentials, and how large replies are kept. */
  public Portage(Depot depot, Supplier<byte[]> scopeKey, int replyBytesMax, InstantSource clock) {
    this.depot = depot;
    this.scopeKey = scopeKey;
    this.limits = LineLimits.of(replyBytesMax);
    this.clock = clock;
  }

  /** Returns what there is to ask for. */
  public List<Route> routes() {
    return List.of(
        Route.give("/-/api/export", this::export), Route.take("/-/api/import", this::take));
  }

  private void export(AdminRequest request, OutputStream out)
      throws AdminRefusal, IOException, InterruptedException {
    var tags = request.parameters("tag");
    var writer = new EntryWriter(Seal.of(scopeKey.get()), limits, out);
    writer.begin(clock.instant().toString());
    var pulse = new Pulse(out);
    out.flush(); // so that whoever waits knows that it has begun
    try {
      depot.giveOut(recording -> {
        try {
          if (recording.stamp().tags().containsAll(tags)) {
            writer.write(recording);
          } else {
            pulse.beat();
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return !Thread.currentThread().isInterrupted();
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("while giving out");
    }
    writer.end();
  }

  /** Keeps a connection alive on which nothing goes for a while: an empty line means nothing. */
  private final class Pulse {
    private final OutputStream out;
    private long lastMillis = clock.millis();

    Pulse(OutputStream out) {
      this.out = out;
    }

    void beat() throws IOException {
      long now = clock.millis();
      if (now - lastMillis >= PULSE_MILLIS) {
        lastMillis = now;
        out.write('\n');
        out.flush();
      }
    }
  }

  private AdminReply take(AdminRequest request, InputStream body)
      throws AdminRefusal, IOException, InterruptedException {
    boolean adopt = Boolean.parseBoolean(request.parameter("adopt", "false"));
    var terms = new Import.Terms(adopt, new HashSet<>(request.parameters("trust")));
    var taken = new Import(depot, Seal.of(scopeKey.get()), limits, terms).run(body);
    return AdminReply.json(taken.json());
  }
}
