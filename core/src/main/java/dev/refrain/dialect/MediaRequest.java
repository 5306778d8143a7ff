package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reading;
import dev.refrain.Reading.CanonicalBody;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.json.Skim;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request for images or sound: an object, or a form with files. */
final class MediaRequest {

  /*
   * All of it decides the answer, in whatever form that is wanted: what a stream of images tells is
   * not what a whole reply does. Of a form, the names of files and the boundary decide nothing.
   */

  static final Form STREAM = new Form("stream");

  private static final String MODEL = "model";
  private static final byte[] FORM = "form\n".getBytes(US_ASCII);
  private static final byte[] OBJECT = "object\n".getBytes(US_ASCII);
  private static final Map<String, Shape> SHAPES =
      Map.ofEntries(
          entry(MODEL, Shape.STRING),
          entry("n", Shape.INTEGER),
          entry("stream", Shape.BOOLEAN),
          entry("stream_format", Shape.STRING));
  private static final Reading UNPARSABLE = new Reading.Opaque(Reason.UNPARSABLE);

  private MediaRequest() {}

  static Reading read(Request request) {
    var type = contentType(request);
    return Multipart.isAnnouncedBy(type)
        ? readForm(Multipart.read(type, request.body()))
        : readObject(request.body());
  }

  static String modelOf(Request request) {
    var type = contentType(request);
    return Multipart.isAnnouncedBy(type)
        ? Objects.requireNonNullElse(Multipart.skim(type, request.body()).field(MODEL), "")
        : Skim.text(request.body(), MODEL);
  }

  private static String contentType(Request request) {
    return Objects.requireNonNullElse(request.headers().get("content-type"), "");
  }

  private static Reading readForm(@Nullable Multipart form) {
    if (form == null) {
      return UNPARSABLE;
    }
    var model = form.field(MODEL);
    var count = form.field("n");
    var stream = form.field("stream");
    if (model == null || count == null || stream == null || !count.matches("[1-9]?[0-9]?")) {
      return UNPARSABLE;
    }
    boolean streamed =
        switch (stream) {
          case "true", "True", "1" -> true;
          default -> false;
        };
    int choices = count.isEmpty() ? 1 : Integer.parseInt(count);
    return clear(
        streamed,
        model,
        choices,
        digest -> {
          digest.update(FORM);
          form.addTo(digest);
        });
  }

  private static Reading readObject(byte[] body) {
    try {
      var root = Json.parse(body);
      long choices = Field.of(root, "n").asLong(1);
      if (!root.is(Kind.OBJECT) || choices > Integer.MAX_VALUE || !Shape.fitAll(root, SHAPES)) {
        return UNPARSABLE;
      }
      boolean streamed =
          Field.of(root, "stream").is(Kind.TRUE) || Field.of(root, "stream_format").isText("sse");
      return clear(
          streamed,
          Field.of(root, MODEL).asText(""),
          (int) choices,
          digest -> {
            digest.update(OBJECT);
            CanonicalJson.write(root, Set.of(), digest::update);
          });
    } catch (JsonRejected e) {
      return UNPARSABLE;
    }
  }

  private static Reading clear(boolean streamed, String model, int choices, CanonicalBody body) {
    if (choices < 1) {
      return UNPARSABLE;
    }
    var form = streamed ? STREAM : Form.WHOLE;
    return new Reading.Clear(
        new Facts(form, List.of(), List.of(), model, choices, true, Set.of()), body);
  }
}
