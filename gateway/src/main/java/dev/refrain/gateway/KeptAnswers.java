package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Explain;
import dev.refrain.gateway.admin.Invalidation;
import dev.refrain.gateway.admin.Route;
import dev.refrain.gateway.admin.Router;
import dev.refrain.gateway.admin.Router.Match;
import dev.refrain.gateway.cli.Offline;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.keys.LiveKeys;
import dev.refrain.gateway.portage.Portage;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a gateway keeps, for its operator, where none runs: no server, and nobody upstream. */
final class KeptAnswers implements Offline.Kept {
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final AdminReply UNKNOWN_HERE =
      AdminReply.error(NOT_FOUND, "not_found", "Only a gateway that runs can tell that.");

  private final Vault vault;
  private final @Nullable LiveKeys keys;
  private final LlmCache cache;
  private final Router router;

  private KeptAnswers(Settings settings, Vault vault, @Nullable LiveKeys keys) {
    this.vault = vault;
    this.keys = keys;
    var byName = new HashMap<String, Upstream>();
    settings.upstreams().forEach(upstream -> byName.put(upstream.name(), KeptAnswers::nobody));
    if (settings.demo().enabled()) {
      byName.put(Upstreams.DEMO, KeptAnswers::nobody);
    }
    var upstreams = Upstreams.of(settings, byName);
    cache =
        vault
            .furnish(LlmCache.builder().dialects(Dialects.ALL))
            .routes(upstreams)
            .rules(settings.rules())
            .limits(settings.limits())
            .build();
    var gatekeeper =
        (keys == null)
            ? new Credentials(settings.credentialHeaders(), vault::scopeKey)
            : new KeyGatekeeper(keys, new Purse(settings), Prices::builtIn, InstantSource.system());
    var translator = new Translator(settings.controls());
    var reader = new CallReading(cache, upstreams, translator, gatekeeper);
    int bodyBytesMax = settings.limits().bodyBytesMax();
    var routes = new ArrayList<Route>();
    routes.add(new Invalidation(cache, reader).route(bodyBytesMax));
    routes.add(new Explain(cache, reader).route(bodyBytesMax));
    int replyBytesMax = settings.limits().replyBytesMax();
    var clock = InstantSource.system();
    routes.addAll(new Portage(cache.depot(), vault::scopeKey, replyBytesMax, clock).routes());
    router = new Router(routes);
  }

  /** Opens what the settings say is kept. */
  static Offline.Kept open(Settings settings) throws IOException, InterruptedException {
    var directory = settings.data().directory();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException("nothing is kept on disk");
    }
    var file = settings.access().keys();
    var keys = (file == null) ? null : LiveKeys.open(new KeysFile(file), InstantSource.system());
    try {
      var vault = Vault.open(settings);
      if (vault.isDurable()) {
        return new KeptAnswers(settings, vault, keys);
      }
      vault.close();
      throw new IOException(vault.description());
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (keys != null) {
        keys.close();
      }
      throw e;
    }
  }

  private static Reply nobody(Request request) throws IOException {
    throw new IOException("no gateway runs that would ask " + request.upstream());
  }

  @Override
  public String place() {
    return vault.description();
  }

  @Override
  public AdminReply ask(String method, String path, byte[] json) throws InterruptedException {
    if (!(router.find(method, path) instanceof Match.Found(var route, var variables))
        || !(route.action() instanceof Route.Answering answering)) {
      return UNKNOWN_HERE;
    }
    var asked = new AdminRequest(method, variables, "", Headers.none(), json);
    return answer(() -> answering.answer(asked));
  }

  @Override
  public @Nullable AdminReply give(String target, OutputStream out)
      throws IOException, InterruptedException {
    var asked = Asked.of("GET", target);
    if (!(router.find("GET", asked.path) instanceof Match.Found(var route, var variables))
        || !(route.action() instanceof Route.Giving giving)) {
      return UNKNOWN_HERE;
    }
    try {
      giving.give(asked.request, out);
      return null;
    } catch (AdminRefusal refusal) {
      return refusal.reply();
    }
  }

  @Override
  public AdminReply take(String target, InputStream body) throws InterruptedException {
    var asked = Asked.of("POST", target);
    if (!(router.find("POST", asked.path) instanceof Match.Found(var route, var variables))
        || !(route.action() instanceof Route.Taking taking)) {
      return UNKNOWN_HERE;
    }
    return answer(() -> taking.take(asked.request, body));
  }

  /** A path, and the request that asks for it. */
  private record Asked(String path, AdminRequest request) {
    static Asked of(String method, String target) {
      int mark = target.indexOf('?');
      var path = (mark < 0) ? target : target.substring(0, mark);
      var query = (mark < 0) ? "" : target.substring(mark + 1);
      return new Asked(
          path, new AdminRequest(method, Map.of(), query, Headers.none(), new byte[0]));
    }
  }

  /** What works out an answer. */
  private interface Work {
    AdminReply answer() throws AdminRefusal, IOException, InterruptedException;
  }

  private static AdminReply answer(Work work) throws InterruptedException {
    try {
      return work.answer();
    } catch (AdminRefusal refusal) {
      return refusal.reply();
    } catch (IOException e) {
      return AdminReply.error(UNAVAILABLE, "storage_failed", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    cache.close();
    vault.close();
    if (keys != null) {
      keys.close();
    }
  }
}
