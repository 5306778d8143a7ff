package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Script;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * Writes what an upstream says, at random, and remembers it: each reply tells who asked for what,
 * and can be told from all others.
 */
final class Parrot implements BiConsumer<Request, Script> {
  private final RandomGenerator chance;
  private final InstantSource clock;
  private final AtomicLong ticks;
  private final boolean faulty;
  private final List<Generation> generations = new CopyOnWriteArrayList<>();

  /**
   * One reply, as upstream meant it.
   *
   * @param begunTick when it was begun, in the order of all that happened
   * @param text all that was said, without the brackets of a stream
   * @param mayKeep whether it is one to be given again
   */
  record Generation(
      String scope,
      String ask,
      String text,
      int status,
      boolean isWhole,
      boolean mayKeep,
      boolean mayShare,
      long begunTick,
      long begunMillis) {}

  private enum Fault {
    NONE,
    CUT_BEFORE_THE_HEAD,
    CUT,
    ENDED_TOO_SOON,
    STALLED,
    PANIC,
    STATUS_400,
    STATUS_503,
    REFUSAL,
    WRONG_TYPE
  }

  Parrot(RandomGenerator chance, InstantSource clock, AtomicLong ticks, boolean faulty) {
    this.chance = chance;
    this.clock = clock;
    this.ticks = ticks;
    this.faulty = faulty;
  }

  /** Called by one upstream, which takes its calls one after the other. */
  @Override
  public void accept(Request request, Script script) {
    boolean isBypassed = request.headers().all("Cache-Control").contains("no-store");
    var fault = faulty && chance.nextInt(3) == 0 ? fault(isBypassed) : Fault.NONE;
    var words = words(request, fault);
    int said =
        switch (fault) {
          case CUT, ENDED_TOO_SOON, STALLED, PANIC -> chance.nextInt(words.size());
          default -> words.size();
        };
    remember(request, fault, words.subList(0, said), isBypassed);
    write(script, fault, words.subList(0, said), isStream(request));
  }

  private Fault fault(boolean isBypassed) {
    var fault = Fault.values()[chance.nextInt(Fault.values().length)];
    return isBypassed && fault == Fault.STALLED ? Fault.CUT : fault; // else nothing would end it
  }

  /** The words of an answer, the last of which is the full stop. */
  private List<String> words(Request request, Fault fault) {
    var words = new ArrayList<String>();
    words.add(generations.size() + "/" + scope(request) + "/" + ask(request) + " ");
    for (int i = chance.nextInt(5); i > 0; i--) {
      words.add("word" + i + " ");
    }
    if (fault == Fault.REFUSAL) {
      words.add("!refusal!");
    } else if (faulty && chance.nextInt(5) == 0) {
      words.add("!lossy!");
    }
    words.add(".");
    return words;
  }

  private void remember(Request request, Fault fault, List<String> said, boolean isBypassed) {
    boolean isWhole =
        switch (fault) {
          case CUT_BEFORE_THE_HEAD, CUT, STALLED, PANIC -> false;
          default -> true; // upstream said no more, at least
        };
    generations.add(
        new Generation(
            scope(request),
            ask(request),
            String.join("", said),
            status(fault),
            isWhole,
            fault == Fault.NONE && !isBypassed,
            fault != Fault.WRONG_TYPE && !isBypassed,
            ticks.incrementAndGet(),
            clock.millis()));
  }

  private static int status(Fault fault) {
    return switch (fault) {
      case STATUS_400 -> 400;
      case STATUS_503 -> 503;
      default -> 200;
    };
  }

  private static void write(Script script, Fault fault, List<String> said, boolean isStream) {
    if (fault == Fault.CUT_BEFORE_THE_HEAD) {
      script.cut();
      return;
    }
    var type = (fault == Fault.WRONG_TYPE) ? "text/html" : PlainDialect.MEDIA_TYPE;
    script.head(status(fault), "content-type", type);
    for (var word : said) {
      script.chunk(isStream && !word.equals(".") ? "[" + word + "]" : word);
    }
    switch (fault) {
      case STALLED -> {}
      case CUT -> script.cut();
      case PANIC -> script.panic(new IllegalStateException("a bug"));
      default -> script.end();
    }
  }

  /** Returns the one reply of which an answer was made. */
  Generation generationOf(String text) {
    int number = Integer.parseInt(text.substring(0, text.indexOf('/')));
    return generations.get(number);
  }

  List<Generation> generations() {
    return generations;
  }

  static String plain(String text) {
    return text.replace("[", "").replace("]", "");
  }

  private static String scope(Request request) {
    return Objects.requireNonNull(request.headers().get("X-Tenant"));
  }

  private static String ask(Request request) {
    var body = new String(request.body(), StandardCharsets.UTF_8);
    assertThat(body).startsWith("ask=");
    return body.split(";", -1)[0];
  }

  private static boolean isStream(Request request) {
    return new String(request.body(), StandardCharsets.UTF_8).contains("form=stream");
  }
}
