package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.json.RandomJson;
import dev.refrain.testing.Campaign;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Pairs of calls that differ as little as an attacker can make them: text moves from one part into
 * the next, values change their type, their nesting, or one character. Their keys are the same only
 * if the calls are.
 */
final class KeyPairsTest {
  private static final int PAIRS = Campaign.rounds(3_000, 1_000_000);
  private static final int OWNERS_MAX = 100_000; // kept in memory at once

  /** What decides an answer beside the body, in the order in which it goes into the key. */
  private static final int SCOPE = 0;

  private static final int NAMESPACE = 1;
  private static final int UPSTREAM = 2;
  private static final int FIRST_HEADER = 3;
  private static final List<String> HEADERS =
      List.of("OpenAI-Beta", "OpenAI-Organization", "OpenAI-Project");
  private static final int PARTS = FIRST_HEADER + HEADERS.size();

  private final LlmCache cache = LlmCache.builder().dialect(OpenAiChat.DIALECT).build();

  @AfterEach
  void close() {
    cache.close();
  }

  /**
   * What is asked, as plain values: the judge of what is the same.
   *
   * @param parts the values of each; none or several only for headers
   */
  private record Asked(List<List<String>> parts, Map<?, ?> body) {}

  /** Returns the key of a call, spelled anew, or null if it has none. */
  private @Nullable Key key(Asked asked, RandomJson spelling) {
    var headers = new ArrayList<String>();
    headers.addAll(List.of("Refrain-Namespace", asked.parts.get(NAMESPACE).getFirst()));
    for (int i = 0; i < HEADERS.size(); i++) {
      for (var value : asked.parts.get(FIRST_HEADER + i)) {
        headers.addAll(List.of(HEADERS.get(i), value));
      }
    }
    var upstream = asked.parts.get(UPSTREAM).getFirst();
    var body = spelling.spelled(asked.body).getBytes(UTF_8);
    var request = Request.post(upstream, "/v1/chat/completions", Headers.of(headers), body);
    var scope = Scope.tenant("t" + asked.parts.get(SCOPE).getFirst());
    return (cache.read(request, scope).meaning() instanceof Meaning.Keyed keyed)
        ? keyed.key()
        : null;
  }

  @Test
  void onlyTheSameCallsShareAKey() {
    var owners = new HashMap<Key, Asked>();
    int keyed = 0;
    for (long seed = 0; seed < PAIRS; seed++) {
      var json = new RandomJson(seed);
      var random = new Random(seed);
      var asked = asked(random, json);
      var twin = random.nextBoolean() ? moved(asked, random) : changed(asked, json);
      var one = key(asked, json);
      var other = key(twin, json);
      assertThat(key(asked, json)).as("seed %d", seed).isEqualTo(one);
      if (one == null || other == null) {
        continue; // what has no key shares nothing
      }
      keyed++;
      assertThat(one.equals(other))
          .as("seed %d: %s and %s", seed, asked, twin)
          .isEqualTo(asked.equals(twin));
      var owner = owners.putIfAbsent(other, twin);
      assertThat(owner == null || owner.equals(twin)).as("seed %d", seed).isTrue();
      if (owners.size() > OWNERS_MAX) {
        owners.clear();
      }
    }
    assertThat(keyed).isGreaterThan(PAIRS / 2);
  }

  private static Asked asked(Random random, RandomJson json) {
    var parts = new ArrayList<List<String>>();
    for (int i = 0; i < PARTS; i++) {
      var values = new ArrayList<String>();
      for (int count = (i < FIRST_HEADER) ? 1 : random.nextInt(3); count > 0; count--) {
        values.add(text(random));
      }
      parts.add(List.copyOf(values));
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("model", text(random));
    body.put("messages", List.of(Map.of("role", "user", "content", text(random))));
    body.put("x", json.value(2));
    body.put(text(random), json.value(1));
    return new Asked(parts, body);
  }

  /** Few letters, and those with which one might think that parts are parted. */
  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("ab:,=\u00e9/1".charAt(random.nextInt(8)));
    }
    return text.toString();
  }

  /** Moves text across a border, or a value into the next part, or makes one value of two. */
  private static Asked moved(Asked asked, Random random) {
    var parts = new ArrayList<>(asked.parts);
    int from = random.nextInt(PARTS - 1);
    var left = new ArrayList<>(parts.get(from));
    var right = new ArrayList<>(parts.get(from + 1));
    if (left.size() > 1 && random.nextBoolean()) {
      var last = left.removeLast();
      left.add(left.removeLast() + (random.nextBoolean() ? "," : "") + last);
    } else if (from >= FIRST_HEADER && !left.isEmpty() && random.nextBoolean()) {
      right.addFirst(left.removeLast());
    } else if (!left.isEmpty() && !right.isEmpty()) {
      var both = left.removeLast() + right.removeFirst();
      int cut = random.nextInt(both.length() + 1);
      left.addLast(both.substring(0, cut));
      right.addFirst(both.substring(cut));
    }
    parts.set(from, List.copyOf(left));
    parts.set(from + 1, List.copyOf(right));
    return new Asked(parts, asked.body);
  }

  private static Asked changed(Asked asked, RandomJson json) {
    return new Asked(asked.parts, (Map<?, ?>) json.changed(asked.body));
  }
}
