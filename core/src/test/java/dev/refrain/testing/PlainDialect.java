package dev.refrain.testing;

import dev.refrain.Chunks;
import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The smallest dialect that has all a dialect can have, for tests of the engine. Thread-safe.
 *
 * <pre>
 *   request   = pair *( ";" pair )       pairs in any order, each name once
 *   pair      = name "=" value           form, model, limited and objection mean something
 *   answer    = whole / stream / verse
 *   whole     = text "."                 the full stop is the terminal event
 *   stream    = *( "[" text "]" ) "."    one chunk or many: "[a][b]." and "ab." say the same
 *   verse     = text "."                 can be made of nothing, and nothing of it
 *   defect    = "!" reason "!"           in a text: what the judge shall find
 * </pre>
 *
 * A text with {@code !lossy!} cannot be converted. {@code !convert-panics!} and {@code
 * !judge-panics!} do as they say, like a dialect with a bug.
 */
public final class PlainDialect implements Dialect {
  public static final String MEDIA_TYPE = "text/plain";
  public static final String PATH = "/plain";
  public static final Form STREAM = new Form("stream");
  public static final Form VERSE = new Form("verse");

  private static final List<Form> FORMS = List.of(Form.WHOLE, STREAM, VERSE);
  private static final Pattern MARK = Pattern.compile("!([a-z-]+)!");

  private static final Set<String> NO_DEFECTS = Set.of("lossy", "convert-panics");

  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger conversions = new AtomicInteger();

  /** Returns a request with this body. */
  public static Request request(String body, String... headers) {
    return Request.post("parrot", PATH, Headers.of(headers), body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && path.startsWith(PATH);
  }

  @Override
  public List<String> decidingHeaders() {
    return List.of("Plain-Version", "Plain-Beta");
  }

  @Override
  public Reading read(Request request) {
    reads.incrementAndGet();
    var pairs = new TreeMap<String, String>();
    for (var pair : new String(request.body(), StandardCharsets.UTF_8).split(";", -1)) {
      var nameAndValue = pair.split("=", 2);
      if (nameAndValue.length < 2 || pairs.put(nameAndValue[0].strip(), nameAndValue[1]) != null) {
        return new Opaque(Reason.UNPARSABLE);
      }
    }
    var form = new Form(pairs.getOrDefault("form", Form.WHOLE.name()));
    pairs.remove("form");
    var facts = facts(form, pairs);
    var canonical = pairs.toString().getBytes(StandardCharsets.UTF_8);
    return new Clear(facts, digest -> digest.update(canonical));
  }

  private static Facts facts(Form form, Map<String, String> pairs) {
    var objection = pairs.get("objection");
    return new Facts(
        form,
        form.equals(VERSE) ? List.of() : others(form).filter(f -> !f.equals(VERSE)).toList(),
        others(form).toList(),
        pairs.getOrDefault("model", "polly"),
        1,
        pairs.containsKey("limited"),
        (objection == null) ? Set.of() : Set.of(reason(objection)));
  }

  private static Stream<Form> others(Form form) {
    return FORMS.stream().filter(other -> !other.equals(form));
  }

  private static Reason reason(String label) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.toString().equals(label))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return null;
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return mediaType.equals(MEDIA_TYPE);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    var text = text(reply);
    panicAt("!judge-panics!", text);
    var defects = new HashSet<Reason>();
    if (text.isEmpty()) {
      defects.add(Reason.EMPTY);
    } else if (!text.endsWith(".")) {
      defects.add(Reason.NO_TERMINAL_EVENT);
    }
    MARK.matcher(text)
        .results()
        .filter(mark -> !NO_DEFECTS.contains(mark.group(1)))
        .forEach(mark -> defects.add(reason(mark.group(1))));
    return new Verdict(defects, new Usage(1, text.length()));
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    conversions.incrementAndGet();
    var text = text(recording);
    panicAt("!convert-panics!", text);
    if (text.contains("!lossy!") || form.equals(VERSE) || recording.slot().form().equals(VERSE)) {
      return null;
    }
    var words = text.substring(0, text.length() - 1).replaceAll("[\\[\\]]", "");
    var other = form.equals(STREAM) ? "[" + words + "]." : words + ".";
    return recording.as(form, recording.headers(), chunks(other));
  }

  private static void panicAt(String mark, String text) {
    if (text.contains(mark)) {
      throw new IndexOutOfBoundsException("a bug in the dialect");
    }
  }

  private static Chunks chunks(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private static String text(Recording recording) {
    return new String(recording.chunks().bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return (status + " " + code + ": " + message).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns how many requests were read. */
  public int reads() {
    return reads.get();
  }

  /** Returns how many conversions were asked for. */
  public int conversions() {
    return conversions.get();
  }
}
