package dev.refrain.gateway.admin;

import dev.refrain.json.JsonWriter;
import java.time.Instant;

/** Says which program this is, and since when it runs. */
public final class About {
  private final String version;
  private final Instant since;

  public About(String version, Instant since) {
    this.version = version;
    this.since = since;
  }

  /** Returns what there is to ask for. */
  public Route route() {
    return Route.get(
        "/-/api/about",
        request ->
            AdminReply.json(
                new JsonWriter()
                    .beginObject()
                    .name("name")
                    .string("refrain")
                    .name("version")
                    .string(version)
                    .name("java")
                    .string(System.getProperty("java.version"))
                    .name("since")
                    .string(since.toString())
                    .endObject()));
  }
}
