package dev.refrain.gateway.portage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Scope;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tag;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a line that an {@link EntryWriter} wrote; what it cannot have written is refused. */
final class EntryReader {
  static final String KIND = "export";
  static final int VERSION = 1;
  static final int SEAL_BYTES_MAX = 256;

  private static final int OK = 200; // no other reply is ever kept
  private static final int TAGS_MAX = 128;
  private static final int TEXT_LENGTH_MAX = 2048;
  private static final long MILLIS_MAX = 1L << 52;
  private static final String SCOPE = "scope:";
  private static final List<String> KINDS = List.of(SCOPE, "namespace:", "model:", "dialect:");
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7E]{1,64}");
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

  private final LineLimits limits;

  EntryReader(LineLimits limits) {
    this.limits = limits;
  }

  /** What a line says. */
  sealed interface Said {
    /** A file begins here. */
    record Beginning(String deployment) implements Said {}

    /**
     * An entry.
     *
     * @param scope by its id
     */
    record Entry(Recording recording, String scope, String sum, String seal) implements Said {}

    /** The file is whole. */
    record End() implements Said {}

    /** Something else than it says that it is. */
    record Damaged() implements Said {}

    /** What no file of ours has. */
    record Malformed(String why) implements Said {}
  }

  /** A line has not what it must have. */
  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String why) {
      super(why, null, false, false);
    }
  }

  Said read(byte[] bytes) {
    Json line;
    try {
      line = Json.parse(bytes, limits.json());
    } catch (JsonRejected e) {
      return new Said.Malformed("no strict JSON: " + e.getMessage());
    }
    try {
      if (line.has("refrain")) {
        return beginning(line);
      }
      return line.has("key") ? entry(line) : end(line);
    } catch (MalformedException e) {
      return new Said.Malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Said beginning(Json line) throws MalformedException {
    require(text(line, "refrain").equals(KIND), "not an export of Refrain's");
    long version = member(line, "version").asLong(-1);
    require(version == VERSION, "of version " + version + "; this program reads " + VERSION);
    return new Said.Beginning(text(line, "deployment"));
  }

  private static Said end(Json line) throws MalformedException {
    require(line.has("entries"), "neither an entry nor the end of a file");
    return new Said.End();
  }

  private static Said entry(Json line) throws MalformedException {
    var sum = text(line, Seal.SUM);
    if (!Seal.isSame(sum, Seal.sum(line))) {
      return new Said.Damaged();
    }
    require(number(line, "status", OK, OK) == OK, "'status' is not 200");
    var stamp = stamp(line);
    var slot = slot(line, stamp.tags());
    var ttl = line.has("ttl") ? Duration.ofMillis(number(line, "ttl", 0, MILLIS_MAX)) : null;
    var recording =
        new Recording(
            slot,
            OK,
            headers(line),
            chunks(line),
            number(line, "born", 0, MILLIS_MAX),
            number(line, "took", 0, MILLIS_MAX),
            usage(line),
            stamp,
            "", // it is made anew of the body
            ttl,
            null);
    return new Said.Entry(recording, scope(stamp.tags()), sum, text(line, Seal.SEAL));
  }

  private static Slot slot(Json line, List<String> tags) throws MalformedException {
    var hex = text(line, "key");
    require(KEY.matcher(hex).matches(), "'key' has not 64 hexadecimal digits");
    var key = Key.parse(hex);
    require(tags.contains(Tag.key(key)), "'tags' has not that of its key");
    var form = text(line, "form");
    require(FORM.matcher(form).matches(), "'form' is none");
    return new Slot(key, new Form(form));
  }

  private static Headers headers(Json line) throws MalformedException {
    var all = new ArrayList<String>();
    for (var pair : array(line, "headers").elements()) {
      var header = pair(pair, "headers");
      require(NAME.matcher(header.getFirst()).matches(), "the name of a header is none");
      require(VALUE.matcher(header.getLast()).matches(), "the value of a header is none");
      all.addAll(header);
    }
    return Headers.of(all);
  }

  private static Stamp stamp(Json line) throws MalformedException {
    var tags = new ArrayList<String>();
    var epochs = new ArrayList<String>();
    for (var pair : array(line, "tags").elements()) {
      var tag = pair(pair, "tags");
      tags.add(tag.getFirst());
      epochs.add(tag.getLast());
    }
    require(tags.size() <= TAGS_MAX, "there are too many tags");
    require(new HashSet<>(tags).size() == tags.size(), "a tag stands there twice");
    for (var kind : KINDS) {
      require(tags.stream().anyMatch(tag -> tag.startsWith(kind)), "there is no tag " + kind + "…");
    }
    return new Stamp(tags, epochs);
  }

  /** Two scopes would be two answers to the question who may see it. */
  private static String scope(List<String> tags) throws MalformedException {
    var scopes = tags.stream().filter(tag -> tag.startsWith(SCOPE)).toList();
    require(scopes.size() == 1, "it is of several scopes");
    try {
      return Scope.of(scopes.getFirst().substring(SCOPE.length())).id();
    } catch (IllegalArgumentException e) {
      throw new MalformedException("its scope is none");
    }
  }

  private static Usage usage(Json line) throws MalformedException {
    var tokens = numbers(line, "tokens", -1);
    require(tokens.length == 2, "'tokens' are two numbers");
    return new Usage(tokens[0], tokens[1]);
  }

  private static Chunks chunks(Json line) throws MalformedException {
    var bytes = body(line);
    var ends = numbers(line, "sizes", 0);
    var millis = numbers(line, "times", 0);
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += ends[i];
      require(end <= bytes.length, "'sizes' is more than there is");
      ends[i] = (int) end;
    }
    require(end == bytes.length, "'sizes' is less than there is");
    require(ends.length == millis.length, "'sizes' and 'times' are not as many");
    return new Chunks(bytes, ends, millis);
  }

  private static byte[] body(Json line) throws MalformedException {
    require(line.has("text") != line.has("base64"), "there is not one body");
    if (line.has("text")) {
      return text(line, "text").getBytes(UTF_8);
    }
    try {
      return Base64.getDecoder().decode(text(line, "base64"));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("'base64' is none");
    }
  }

  private static int[] numbers(Json line, String name, int min) throws MalformedException {
    var array = array(line, name);
    var numbers = new int[array.size()];
    int i = 0;
    for (var element : array.elements()) {
      long number = element.asLong(Long.MIN_VALUE);
      require(number >= min && number <= Integer.MAX_VALUE, "'" + name + "' has what is none");
      numbers[i++] = (int) number;
    }
    return numbers;
  }

  private static List<String> pair(Json pair, String name) throws MalformedException {
    var texts = new ArrayList<String>(2);
    for (var element : pair.elements()) {
      texts.add(element.asText(""));
    }
    require(
        texts.size() == 2
            && !texts.getFirst().isEmpty()
            && texts.getFirst().length() <= TEXT_LENGTH_MAX,
        "'" + name + "' is not made of pairs");
    return texts;
  }

  private static long number(Json line, String name, long min, long max) throws MalformedException {
    long number = member(line, name).asLong(Long.MIN_VALUE);
    require(number >= min && number <= max, "'" + name + "' is no such number");
    return number;
  }

  private static String text(Json line, String name) throws MalformedException {
    var member = member(line, name);
    require(member.is(Kind.STRING), "'" + name + "' is no text");
    return member.text();
  }

  private static Json array(Json line, String name) throws MalformedException {
    var member = member(line, name);
    require(member.is(Kind.ARRAY), "'" + name + "' is no list");
    return member;
  }

  private static Json member(Json line, String name) throws MalformedException {
    @Nullable Json member = line.get(name);
    if (member == null) {
      throw new MalformedException("'" + name + "' is not there");
    }
    return member;
  }

  private static void require(boolean holds, String otherwise) throws MalformedException {
    if (!holds) {
      throw new MalformedException(otherwise);
    }
  }
}
