package dev.refrain.gateway.keys;

import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a key ring is written. */
public final class KeyRingJson {
  /*
   *   ring = {"version": 1, "keys": [key*]}
   *   key  = {"hash": 64 hexadecimal digits, "tenant": text, "created": time,
   *           "scope"?: text, "models"?: [pattern*], "credentials"?: {upstream: name, …},
   *           "expires"?: time, "calls-per-minute"?: number, "calls-per-month"?: number,
   *           "tokens-per-month"?: number, "dollars-per-month"?: number}
   *   time = as in 2026-01-31T00:00:00Z
   *
   * What stands there besides is refused, and not passed over: it might be a restriction that only
   * a later version knows.
   */

  private static final int VERSION = 1;
  private static final String HASH = "[0-9a-f]{64}";
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "hash",
          "tenant",
          "created",
          "scope",
          "models",
          "credentials",
          "expires",
          "calls-per-minute",
          "calls-per-month",
          "tokens-per-month",
          "dollars-per-month");

  private KeyRingJson() {}

  static byte[] write(KeyRing ring) {
    var writer = new JsonWriter().beginObject().name("version").number(VERSION);
    writer.name("keys").beginArray();
    for (var key : ring.keys()) {
      writeMembers(key, writer.beginObject().name("hash").string(key.hash()));
      writer.endObject();
    }
    return writer.endArray().endObject().toBytes();
  }

  /** Writes what everybody may see of a key. */
  public static void writeMembers(GatewayKey key, JsonWriter writer) {
    writer.name("id").string(key.id());
    writer.name("tenant").string(key.tenant());
    writer.name("created").string(key.created().toString());
    if (!key.scope().isEmpty()) {
      writer.name("scope").string(key.scope());
    }
    if (!key.models().isEmpty()) {
      writer.name("models").beginArray();
      key.models().forEach(writer::string);
      writer.endArray();
    }
    if (!key.credentials().isEmpty()) {
      writer.name("credentials").beginObject();
      key.credentialsInOrder().forEach((upstream, name) -> writer.name(upstream).string(name));
      writer.endObject();
    }
    if (key.expires() != null) {
      writer.name("expires").string(key.expires().toString());
    }
    writeQuota("calls-per-minute", key.quota().callsPerMinute(), writer);
    writeQuota("calls-per-month", key.quota().callsPerMonth(), writer);
    writeQuota("tokens-per-month", key.quota().tokensPerMonth(), writer);
    if (key.quota().billionthsPerMonth() > 0) {
      writer.name("dollars-per-month").raw(Dollars.text(key.quota().billionthsPerMonth()));
    }
  }

  private static void writeQuota(String name, long bound, JsonWriter writer) {
    if (bound > 0) {
      writer.name(name).number(bound);
    }
  }

  static KeyRing read(byte[] bytes) throws IOException {
    try {
      var root = Json.parse(bytes);
      requireOnly(root, Set.of("version", "keys"));
      var version = root.get("version");
      if (version == null || version.asLong(0) != VERSION) {
        throw new IOException("this version cannot read it");
      }
      var keys = new ArrayList<GatewayKey>();
      for (var key : required(root, "keys", Kind.ARRAY).elements()) {
        keys.add(key(key));
      }
      return new KeyRing(keys);
    } catch (JsonRejected e) {
      throw new IOException("it is no JSON: " + e.getMessage(), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static GatewayKey key(Json json) throws IOException {
    requireOnly(json, MEMBERS);
    var hash = required(json, "hash", Kind.STRING).text();
    if (!hash.matches(HASH)) {
      throw new IOException("a hash is none");
    }
    var expires = optional(json, "expires", Kind.STRING);
    var key =
        new GatewayKey(
            hash,
            name(required(json, "tenant", Kind.STRING)),
            json.has("scope") ? name(required(json, "scope", Kind.STRING)) : "",
            models(json),
            credentials(json),
            Instant.parse(required(json, "created", Kind.STRING).text()),
            (expires == null) ? null : Instant.parse(expires.text()),
            new Quota(
                bound(json, "calls-per-minute"),
                bound(json, "calls-per-month"),
                bound(json, "tokens-per-month"),
                dollars(json)));
    if (!required(json, "id", Kind.STRING).isText(key.id())) {
      throw new IOException("an id does not belong to its hash");
    }
    return key;
  }

  private static String name(Json json) throws IOException {
    if (json.text().isBlank()) {
      throw new IOException("a name is empty");
    }
    return json.text();
  }

  private static List<String> models(Json key) throws IOException {
    var models = new ArrayList<String>();
    var list = optional(key, "models", Kind.ARRAY);
    if (list != null) {
      for (var model : list.elements()) {
        models.add(text(model));
      }
      if (models.isEmpty()) {
        throw new IOException("expected some models, or none of the member 'models'");
      }
    }
    return models;
  }

  private static Map<String, String> credentials(Json key) throws IOException {
    var credentials = new HashMap<String, String>();
    var members = optional(key, "credentials", Kind.OBJECT);
    if (members != null) {
      for (var member : members.members()) {
        credentials.put(member.name().text(), text(member.value()));
      }
    }
    return credentials;
  }

  private static String text(Json json) throws IOException {
    if (!json.is(Kind.STRING)) {
      throw new IOException("expected a text, not " + json.kind());
    }
    return json.text();
  }

  private static long bound(Json key, String name) throws IOException {
    var json = optional(key, name, Kind.NUMBER);
    long bound = (json == null) ? 0 : json.asLong(-1);
    if (json != null && bound < 1) {
      throw new IOException("'" + name + "' is no whole number above zero");
    }
    return bound;
  }

  private static long dollars(Json key) throws IOException {
    var json = optional(key, "dollars-per-month", Kind.NUMBER);
    long billionths = (json == null) ? 0 : Dollars.billionths(json.raw());
    if (json != null && billionths < 1) {
      throw new IOException("'dollars-per-month' is not above zero");
    }
    return billionths;
  }

  private static @Nullable Json optional(Json json, String name, Kind kind) throws IOException {
    return json.has(name) ? required(json, name, kind) : null;
  }

  private static Json required(Json json, String name, Kind kind) throws IOException {
    var value = json.get(name);
    if (value == null || !value.is(kind)) {
      throw new IOException("'" + name + "' is missing, or of the wrong type");
    }
    return value;
  }

  private static void requireOnly(Json json, Set<String> names) throws IOException {
    if (!json.is(Kind.OBJECT)) {
      throw new IOException("expected an object, not " + json.kind());
    }
    var unknown = new HashSet<String>();
    json.members().forEach(member -> unknown.add(member.name().text()));
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw new IOException("'" + unknown.iterator().next() + "' is unknown to this version");
    }
  }
}
