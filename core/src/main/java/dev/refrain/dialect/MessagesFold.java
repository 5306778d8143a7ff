package dev.refrain.dialect;

import dev.refrain.dialect.Fold.Latest;
import dev.refrain.dialect.Fold.Members;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the whole message of the events of a stream. */
final class MessagesFold {

  /*
   * stream = start (block | change)* stop            with pings between them
   * block  = blockStart delta* blockStop             of its index, the first being 0
   *
   * The start tells the message without its content. A change tells more of its facts, in "delta"
   * or beside it; a fact may be told again if it is the same, and null is taken to say nothing.
   * Only the usage counts on: what a change tells of it takes the place of what was told before.
   *
   * What has been folded without a refusal tells all that the events told, since every member of
   * every event is either accounted for or refused.
   */

  private static final String CONTENT = "content";
  private static final String USAGE = "usage";
  private static final String DELTA = "delta";

  private final Map<String, Fold> facts = new LinkedHashMap<>();
  private final List<MessagesBlock> blocks = new ArrayList<>();
  private boolean stopped;

  private MessagesFold() {}

  /** Returns the whole message, or null if the stream tells what no whole message can. */
  static @Nullable Json fold(EventStream stream) throws JsonRejected {
    var message = new MessagesFold();
    for (var event : stream.events()) {
      if (!message.add(event)) {
        return null;
      }
    }
    return (message.stopped && !stream.cut()) ? message.whole() : null;
  }

  private boolean add(EventStream.Event event) throws JsonRejected {
    var data = event.json();
    var type = Field.of(data, "type").asText("");
    if (stopped || !event.isOf(type)) {
      return false;
    }
    boolean begun = !facts.isEmpty();
    return switch (type) {
      case MessagesEvents.PING -> hasOnly(data, Set.of());
      case MessagesEvents.START ->
          !begun && hasOnly(data, Set.of("message")) && begin(Field.of(data, "message"));
      case MessagesEvents.BLOCK_START ->
          begun
              && hasOnly(data, Set.of("index", "content_block"))
              && index(data) == blocks.size()
              && beginBlock(Field.of(data, "content_block"));
      case MessagesEvents.BLOCK_DELTA -> {
        var block = block(data);
        yield block != null
            && hasOnly(data, Set.of("index", DELTA))
            && block.add(Field.of(data, DELTA));
      }
      case MessagesEvents.BLOCK_STOP -> {
        var block = block(data);
        yield block != null && hasOnly(data, Set.of("index")) && block.end();
      }
      case MessagesEvents.DELTA -> begun && change(data);
      case MessagesEvents.STOP -> {
        stopped = true;
        yield begun && hasOnly(data, Set.of());
      }
      default -> false;
    };
  }

  /** Tells whether an event has no members but its type and these. */
  private static boolean hasOnly(Json data, Set<String> names) {
    for (var member : data.members()) {
      if (!member.name().isText("type") && !names.contains(member.name().text())) {
        return false;
      }
    }
    return true;
  }

  private static long index(Json data) {
    return Field.of(data, "index").asLong(-1);
  }

  private @Nullable MessagesBlock block(Json data) {
    long index = index(data);
    return (index < 0 || index >= blocks.size()) ? null : blocks.get((int) index);
  }

  private boolean begin(Json message) {
    var content = Field.of(message, CONTENT);
    boolean usable = content.is(Kind.ARRAY) && content.size() == 0;
    return usable && Field.isGiven(message, USAGE) && addFacts(message);
  }

  private boolean beginBlock(Json start) {
    var block = new MessagesBlock(start);
    blocks.add(block);
    return block.begin();
  }

  private boolean change(Json data) {
    for (var member : data.members()) {
      var name = member.name().text();
      var value = member.value();
      boolean fits =
          switch (name) {
            case "type" -> true;
            case DELTA -> value.is(Kind.OBJECT) && addFacts(value);
            default -> addFact(name, value);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private boolean addFacts(Json some) {
    for (var member : some.members()) {
      if (!addFact(member.name().text(), member.value())) {
        return false;
      }
    }
    return true;
  }

  private boolean addFact(String name, Json value) {
    return facts
        .computeIfAbsent(
            name, n -> n.equals(USAGE) ? new Members(Map.of(), Latest::new) : Fold.same())
        .add(value);
  }

  private @Nullable Json whole() throws JsonRejected {
    var out = new JsonWriter().beginObject();
    for (var fact : facts.entrySet()) {
      out.name(fact.getKey());
      if (fact.getKey().equals(CONTENT)) {
        out.beginArray();
        for (var block : blocks) {
          if (!block.ended()) {
            return null;
          }
          block.write(out);
        }
        out.endArray();
      } else {
        fact.getValue().write(out);
      }
    }
    return Json.parse(out.endObject().toBytes());
  }
}
