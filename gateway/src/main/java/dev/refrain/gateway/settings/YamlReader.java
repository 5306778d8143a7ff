package dev.refrain.gateway.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a file of settings with the place of everything in it. */
final class YamlReader {
  /*
   * The tree is built from the parser's events rather than by its own composer, which knows no
   * bound on nesting and notices no name that stands twice. Nothing here is made into an object of
   * a type that the file names. An alias stands for what its anchor has marked, so it costs
   * nothing; but whoever walks the tree meets it again, and so their number is bounded.
   */

  private static final int DEPTH_MAX = 20;
  private static final int ALIASES_MAX = 100;

  private final Path file;
  private final Complaints complaints;
  private final Iterator<Event> events;
  private final Map<Anchor, Yaml> anchors = new HashMap<>();
  private int aliases;

  /** The file is not YAML, or goes too far; there is no sense in reading on. */
  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Origin place;

    UnreadableException(Origin place, String message) {
      super(message);
      this.place = place;
    }
  }

  private YamlReader(Path file, String text, Complaints complaints) {
    this.file = file;
    this.complaints = complaints;
    var settings = LoadSettings.builder().setLabel(file.toString()).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** Returns what stands in the file; null if that is nothing, or nothing that can be read. */
  static @Nullable Yaml read(Path file, String text, Complaints complaints) {
    var reader = new YamlReader(file, text, complaints);
    try {
      return reader.document();
    } catch (UnreadableException e) {
      complaints.add(e.place, String.valueOf(e.getMessage()));
    } catch (MarkedYamlEngineException e) {
      var mark = e.getProblemMark().isPresent() ? e.getProblemMark() : e.getContextMark();
      complaints.add(reader.place(mark), "this is no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      complaints.add(reader.place(Optional.empty()), "this is no YAML: " + e.getMessage());
    }
    return null;
  }

  private @Nullable Yaml document() throws UnreadableException {
    Yaml root = null;
    while (events.hasNext()) {
      var event = events.next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        case DocumentStart -> {
          if (root != null) {
            throw new UnreadableException(place(event), "expected one document, not several");
          }
          root = node(events.next(), 0);
        }
        case Alias, Scalar, SequenceStart, SequenceEnd, MappingStart, MappingEnd ->
            throw new IllegalStateException(event.toString());
      }
    }
    return root;
  }

  private Yaml node(Event event, int depth) throws UnreadableException {
    if (depth > DEPTH_MAX) {
      throw new UnreadableException(place(event), "nothing is nested as deeply as this");
    }
    if (event instanceof AliasEvent alias) {
      return marked(alias);
    }
    var place = place(event);
    if (hasTag(event)) {
      complaints.add(place, "expected no tag before this: types are known");
    }
    Yaml node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, place);
          case SequenceStartEvent unused -> new Yaml.Sequence(place, items(depth));
          case MappingStartEvent unused -> new Yaml.Mapping(place, entries(depth));
          default -> throw new IllegalStateException(event.toString());
        };
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private static boolean hasTag(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag().isPresent();
      case CollectionStartEvent collection -> collection.getTag().isPresent();
      default -> false;
    };
  }

  private Yaml marked(AliasEvent alias) throws UnreadableException {
    var node = anchors.get(alias.getAlias());
    if (node == null) {
      throw new UnreadableException(place(alias), "nothing before this is marked so");
    }
    if (++aliases > ALIASES_MAX) {
      throw new UnreadableException(place(alias), "expected at most " + ALIASES_MAX + " aliases");
    }
    return node;
  }

  private Yaml scalar(ScalarEvent scalar, Origin.Line place) {
    String text = scalar.getValue();
    boolean nothing = text.isEmpty() || text.equals("~") || text.equals("null");
    return (scalar.isPlain() && nothing) ? new Yaml.Nothing(place) : new Yaml.Scalar(place, text);
  }

  private List<Yaml> items(int depth) throws UnreadableException {
    var items = new ArrayList<Yaml>();
    for (var event = events.next(); !isEnd(event); event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return items;
  }

  private List<Yaml.Entry> entries(int depth) throws UnreadableException {
    var entries = new ArrayList<Yaml.Entry>();
    var names = new HashSet<String>();
    for (var event = events.next(); !isEnd(event); event = events.next()) {
      var place = place(event);
      var key = node(event, depth + 1);
      var value = node(events.next(), depth + 1);
      if (!(key instanceof Yaml.Scalar name)) {
        complaints.add(place, "expected the name of a setting");
      } else if (!names.add(name.text())) {
        complaints.add(place, BadTextException.quoted(name.text()) + " stands here twice");
      } else {
        entries.add(new Yaml.Entry(place, name.text(), value));
      }
    }
    return entries;
  }

  private static boolean isEnd(Event event) {
    var id = event.getEventId();
    return id == Event.ID.SequenceEnd || id == Event.ID.MappingEnd;
  }

  private Origin.Line place(Event event) {
    return place(event.getStartMark());
  }

  private Origin.Line place(Optional<Mark> mark) {
    return mark.isPresent()
        ? new Origin.Line(file, mark.get().getLine() + 1, mark.get().getColumn() + 1)
        : new Origin.Line(file, 1, 1);
  }
}
