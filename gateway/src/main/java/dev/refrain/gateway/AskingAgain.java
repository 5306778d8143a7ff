package dev.refrain.gateway;

import dev.refrain.Answer;
import dev.refrain.Call;
import dev.refrain.Directives;
import dev.refrain.Header;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Slot;
import dev.refrain.Upstream;
import dev.refrain.Wishes;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.console.Refresher;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks upstream once more for what is kept, on the operator's account. */
final class AskingAgain implements Refresher {
  /*
   * What is kept tells what was asked, and in which scope, but not with which credential. So it can
   * be asked again where the gateway has one of its own for that upstream, or none was shown.
   *
   * The request goes the way of any call that says no-cache: an answer that is good takes the place
   * of the old one, and keeps its tags.
   */

  private static final int UNPROCESSABLE = 422;
  private static final int BAD_GATEWAY = 502;
  private static final String CREDENTIALS = "credentials:";
  private static final List<String> OWN_TAGS =
      List.of("scope:", "namespace:", "model:", "dialect:", "key:");

  private final Settings settings;
  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Figures figures;
  private final Supplier<byte[]> scopeKeys;

  AskingAgain(
      Settings settings,
      LlmCache cache,
      Upstreams upstreams,
      Figures figures,
      Supplier<byte[]> scopeKeys) {
    this.settings = settings;
    this.cache = cache;
    this.upstreams = upstreams;
    this.figures = figures;
    this.scopeKeys = scopeKeys;
  }

  @Override
  public Told again(Recording recording) throws AdminRefusal, InterruptedException {
    var kept = recording.request();
    if (kept == null) {
      throw refusal(
          "request_not_kept",
          "What was asked for this answer is not kept. Set 'keep-requests: true', and it will be"
              + " with those that come.");
    }
    var tags = recording.stamp().tags();
    var scope = Scope.of(value(tags, "scope:"));
    var ttl = recording.ttlMax();
    var anew = new Directives(true, false, false, null, null, null, null, ttl);
    var wishes = new Wishes(anew, value(tags, "namespace:"), 1);
    var call = cache.read(tagged(kept.request(), tags), scope, wishes);
    if (!recording.slot().equals(slot(call))) {
      throw refusal(
          "request_incomplete",
          "What is kept of the request does not make the same call: it was one of several answers"
              + " in turn, or its query said more than is kept.");
    }
    return ask(call, upstream(call));
  }

  /** Without the caller's tags, the new answer would outlive the invalidation of one of them. */
  private static Request tagged(Request request, List<String> tags) {
    var ofCaller =
        tags.stream().filter(tag -> OWN_TAGS.stream().noneMatch(tag::startsWith)).toList();
    return ofCaller.isEmpty() ? request : request.with(Header.TAG, String.join(", ", ofCaller));
  }

  private static String value(List<String> tags, String kind) {
    for (var tag : tags) {
      if (tag.startsWith(kind)) {
        return tag.substring(kind.length());
      }
    }
    return "";
  }

  private static @Nullable Slot slot(Call call) {
    return switch (call.meaning()) {
      case Meaning.Keyed keyed -> keyed.slot();
      case Meaning.Batch batch ->
          (batch.items().size() == 1) ? batch.items().getFirst().slot() : null;
      case Meaning.Unkeyed unkeyed -> null;
    };
  }

  /** Returns the upstream of a call, which is shown what the gateway has to show. */
  private Upstream upstream(Call call) throws AdminRefusal {
    var name = call.meaning().upstream();
    var upstream = upstreams.of(call);
    if (call.scope().equals(AskHandler.SCOPE)) {
      var credential = settings.ask().credential();
      return (credential == null)
          ? upstream
          : showing(upstream, CredentialHeader.AUTHORIZATION, new Secret(credential));
    }
    if (!name.equals(Upstreams.DEMO) && !settings.access().credentials().isEmpty()) {
      throw refusal(
          "no_credential",
          "Some gateway keys name credentials of their own, and which one was shown for this is not"
              + " kept. Nobody's prompt is sent on another's account. Delete the answer: the next"
              + " call fetches it.");
    }
    for (var known : settings.upstreams()) {
      var secret = known.credential();
      if (known.name().equals(name) && secret != null) {
        return showing(upstream, known.credentialHeader(), secret);
      }
    }
    if (!name.equals(Upstreams.DEMO) && showedHisOwn(call.scope())) {
      throw refusal(
          "no_credential",
          "The gateway has no credential of its own for the upstream %s, and does not keep those"
                  .formatted(name)
              + " of callers. Give it one (upstreams.%s.credential-env), or delete the answer:"
                  .formatted(name)
              + " the next call fetches it.");
    }
    return upstream;
  }

  private boolean showedHisOwn(Scope scope) {
    return scope.id().startsWith(CREDENTIALS)
        && !scope.equals(Scope.credentials(scopeKeys.get(), List.of()));
  }

  private static Upstream showing(Upstream upstream, CredentialHeader header, Secret secret) {
    return request -> upstream.send(request.with(header.header(), header.value(secret)));
  }

  private Told ask(Call call, Upstream upstream) throws AdminRefusal, InterruptedException {
    var request = call.request();
    var visit = figures.begin(request.method(), request.path(), Trace.NONE);
    visit.asks(call);
    try (var answer = cache.answer(call, figures.metered(visit, call, upstream))) {
      visit.isAnswered(answer);
      visit.end(answer.status(), drain(answer));
      return new Told(answer.status(), answer.outcome(), answer.reason());
    } catch (IOException e) {
      visit.end(BAD_GATEWAY, 0);
      throw new AdminRefusal(AdminReply.error(BAD_GATEWAY, "upstream_failed", Failure.message(e)));
    }
  }

  private static long drain(Answer answer) throws IOException, InterruptedException {
    long bytes = 0;
    for (var chunk = answer.next(); chunk != null; chunk = answer.next()) {
      bytes += chunk.remaining();
    }
    return bytes;
  }

  private static AdminRefusal refusal(String code, String message) {
    return new AdminRefusal(AdminReply.error(UNPROCESSABLE, code, message));
  }
}
