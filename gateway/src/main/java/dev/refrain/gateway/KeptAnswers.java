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
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a gateway keeps, for its operator, where none runs: no server, and nobody upstream. */
final class KeptAnswers implements Offline.Kept {
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

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
    router =
        new Router(
            List.of(
                new Invalidation(cache, reader).route(bodyBytesMax),
                new Explain(cache, reader).route(bodyBytesMax)));
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
      return AdminReply.error(NOT_FOUND, "not_found", "Only a gateway that runs can tell that.");
    }
    try {
      return answering.answer(new AdminRequest(method, variables, "", Headers.none(), json));
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
