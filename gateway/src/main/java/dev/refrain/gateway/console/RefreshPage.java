package dev.refrain.gateway.console;

import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has one answer fetched anew, at the operator's wish and expense. */
final class RefreshPage {
  /*
   *   asked = {"form": name}
   *   told  = {"status": n, "outcome": name, "reason": name or null, "kept": bool}
   *
   * An answer of upstream that is not kept, such as an error, leaves the old one where it is.
   */

  private final Catalogue catalogue;

  RefreshPage(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Route route() {
    return Route.post("/-/api/entries/{key}/refresh", this::answer);
  }

  private AdminReply answer(AdminRequest request) throws AdminRefusal, InterruptedException {
    var form = request.json(List.of("form")).get("form");
    if (form == null || !form.is(Kind.STRING) || form.text().isEmpty()) {
      throw AdminRefusal.badRequest("'form' is the form in which the answer is kept.");
    }
    var slot = new Slot(EntryPage.key(request.variable("key")), new Form(form.text()));
    var old = find(slot);
    if (old == null) {
      throw AdminRefusal.notFound("Nothing is kept under this key in this form.");
    }
    var told = catalogue.refresher().again(old);
    var now = find(slot);
    boolean kept = now != null && now.bornMillis() != old.bornMillis();
    var out = new JsonWriter().beginObject().name("status").number(told.status());
    out.name("outcome").string(told.outcome().toString()).name("reason");
    var reason = told.reason();
    ((reason == null) ? out.nothing() : out.string(reason.toString())).name("kept").bool(kept);
    return AdminReply.json(out.endObject());
  }

  private @Nullable Recording find(Slot slot) throws InterruptedException {
    return catalogue.inventory().nearest(slot);
  }
}
