package dev.refrain.gateway.console;

import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.Route;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Origin;
import dev.refrain.json.JsonWriter;

/** What is in force, and who said so. Secrets are no settings, only where they are is. */
final class SettingsPage {
  /*
   *   settings = {"values": [value, …], "warnings": [text, …]}
   *   value    = {"path": path, "value": as written, "origin": {"kind": kind, "text": where}}
   *   kind     = "default" | "file" | "environment" | "flag"
   */

  private final LoadedSettings loaded;

  SettingsPage(LoadedSettings loaded) {
    this.loaded = loaded;
  }

  Route route() {
    return Route.get("/-/api/settings", request -> AdminReply.json(json()));
  }

  private JsonWriter json() {
    var out = new JsonWriter().beginObject().name("values").beginArray();
    for (var value : loaded.values()) {
      out.beginObject().name("path").string(value.path()).name("value").string(value.text());
      out.name("origin").beginObject().name("kind").string(kind(value.origin()));
      out.name("text").string(value.origin().toString()).endObject().endObject();
    }
    out.endArray().name("warnings").beginArray();
    loaded.warnings().forEach(out::string);
    return out.endArray().endObject();
  }

  private static String kind(Origin origin) {
    return switch (origin) {
      case Origin.Default nobody -> "default";
      case Origin.Line line -> "file";
      case Origin.Variable variable -> "environment";
      case Origin.Flag flag -> "flag";
    };
  }
}
