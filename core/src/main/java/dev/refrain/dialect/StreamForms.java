package dev.refrain.dialect;

import dev.refrain.Form;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The forms in which OpenAI delivers an answer, by {@code stream} and {@code stream_options}. */
final class StreamForms {

  /*
   * name   = "whole"
   *        | "stream" ["+usage"] [":" digest]
   *        | ("whole" | "stream") "?" digest
   * digest = of the options, 16 hexadecimal digits
   *
   * Options after ":" change nothing that the answer tells. Those after "?" are not known here, or
   * were given where there is no stream; what comes of them is for the provider to say.
   */

  static final Form STREAM = new Form("stream");
  static final Form STREAM_USAGE = new Form("stream+usage");

  private static final List<Form> USUAL = List.of(Form.WHOLE, STREAM, STREAM_USAGE);
  private static final String USAGE = "include_usage";
  private static final String OBFUSCATION = "include_obfuscation";
  private static final Map<String, Shape> SHAPES =
      Map.of(USAGE, Shape.BOOLEAN, OBFUSCATION, Shape.BOOLEAN);
  private static final char HARMLESS = ':';
  private static final char UNKNOWN = '?';
  private static final int DIGEST_BYTES = 8;

  private StreamForms() {}

  /** Returns the form that is asked for, or null if the options are malformed. */
  static @Nullable Form of(Json stream, Json options) {
    return of(stream, options, /* usageIsOption= */ true);
  }

  /** Returns the form that is asked for where every stream tells the usage. */
  static @Nullable Form withUsageAnyway(Json stream, Json options) {
    return of(stream, options, /* usageIsOption= */ false);
  }

  /** Returns whether that is told in a form, where it is an option. */
  static boolean tellsUsage(Form form) {
    return !form.name().startsWith(STREAM.name()) || form.name().startsWith(STREAM_USAGE.name());
  }

  private static @Nullable Form of(Json stream, Json options, boolean usageIsOption) {
    boolean streamed = stream.is(Kind.TRUE);
    if (options.is(Kind.NULL)) {
      return streamed ? STREAM : Form.WHOLE;
    }
    if (!Shape.fitAll(options, SHAPES)) {
      return null;
    }
    return streamed
        ? streamed(options, usageIsOption)
        : special(Form.WHOLE, UNKNOWN, options, Set.of());
  }

  private static Form streamed(Json options, boolean usageIsOption) {
    boolean usage = false;
    boolean special = false;
    for (var option : options.members()) {
      if (usageIsOption && option.name().isText(USAGE)) {
        usage = option.value().is(Kind.TRUE);
      } else if (!option.name().isText(OBFUSCATION)) {
        return special(STREAM, UNKNOWN, options, Set.of());
      } else {
        special = !option.value().is(Kind.NULL);
      }
    }
    var form = usage ? STREAM_USAGE : STREAM;
    return special ? special(form, HARMLESS, options, Set.of(USAGE)) : form;
  }

  private static Form special(Form base, char mark, Json options, Set<String> without) {
    var digest = sha256().digest(CanonicalJson.bytes(options, without));
    return new Form(base.name() + mark + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
  }

  static boolean isStream(Form form) {
    return form.name().startsWith(STREAM.name());
  }

  static boolean hasUsage(Form form) {
    return form.name().startsWith(STREAM_USAGE.name());
  }

  /** Tells whether nothing was asked for of which it is not known here what it changes. */
  static boolean isKnown(Form form) {
    return form.name().indexOf(UNKNOWN) < 0;
  }

  /** Returns the forms from which one may be made, the best first. */
  static List<Form> sources(Form form) {
    if (form.equals(Form.WHOLE)) {
      return List.of(STREAM_USAGE);
    }
    if (form.equals(STREAM)) {
      return List.of(STREAM_USAGE, Form.WHOLE);
    }
    return isKnown(form) ? List.of(Form.WHOLE) : List.of();
  }

  /** Returns all usual forms but this. */
  static List<Form> siblings(Form form) {
    return USUAL.stream().filter(usual -> !usual.equals(form)).toList();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
