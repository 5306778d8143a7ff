package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Builds a JSON document, piece by piece and without white space. It trusts its caller's grammar.
 */
public final class JsonWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean afterValue; // so that what comes next wants a comma

  public JsonWriter beginObject() {
    return begin('{');
  }

  public JsonWriter endObject() {
    return end('}');
  }

  public JsonWriter beginArray() {
    return begin('[');
  }

  public JsonWriter endArray() {
    return end(']');
  }

  /** Writes the name of a member, whose value must come next. */
  public JsonWriter name(String name) {
    string(name);
    out.write(':');
    afterValue = false;
    return this;
  }

  public JsonWriter string(String text) {
    separate();
    out.write('"');
    JsonText.writeEscaped(text.getBytes(UTF_8), out::write);
    out.write('"');
    afterValue = true;
    return this;
  }

  public JsonWriter number(long number) {
    return raw(Long.toString(number));
  }

  public JsonWriter bool(boolean value) {
    return raw(value ? "true" : "false");
  }

  public JsonWriter nothing() {
    return raw("null");
  }

  /** Writes a value as it stands in its own document. */
  public JsonWriter value(Json value) {
    separate();
    value.writeRaw(out::write);
    afterValue = true;
    return this;
  }

  /** Writes a value that is JSON already. */
  public JsonWriter raw(String json) {
    separate();
    out.writeBytes(json.getBytes(UTF_8));
    afterValue = true;
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  private JsonWriter begin(char bracket) {
    separate();
    out.write(bracket);
    afterValue = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    out.write(bracket);
    afterValue = true;
    return this;
  }

  private void separate() {
    if (afterValue) {
      out.write(',');
    }
  }
}
