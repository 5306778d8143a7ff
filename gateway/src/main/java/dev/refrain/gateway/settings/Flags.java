package dev.refrain.gateway.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flags of the command line that set something, as they were written.
 *
 * @param config the file of settings; null if none is named
 * @param upstreams each {@code NAME=URL}
 * @param sets each {@code path=value}
 */
public record Flags(
    @Nullable String config,
    @Nullable String listen,
    @Nullable String memory,
    @Nullable String data,
    List<String> upstreams,
    List<String> sets) {

  /** No flags at all. */
  public static final Flags NONE = new Flags(null, null, null, List.of(), List.of());

  public Flags {
    upstreams = List.copyOf(upstreams);
    sets = List.copyOf(sets);
  }

  /** Flags of which none says where answers outlast the process. */
  public Flags(
      @Nullable String config,
      @Nullable String listen,
      @Nullable String memory,
      List<String> upstreams,
      List<String> sets) {
    this(config, listen, memory, null, upstreams, sets);
  }

  /** Puts what they set. Flags with a name of their own count more than {@code --set}. */
  void read(Draft draft) {
    for (var set : sets) {
      putSet(set, draft);
    }
    for (var upstream : upstreams) {
      putUpstream(upstream, draft);
    }
    if (listen != null) {
      draft.put(GeneralRows.LISTEN.path(), listen, new Origin.Flag("--listen"));
    }
    if (memory != null) {
      draft.put(GeneralRows.MEMORY.path(), memory, new Origin.Flag("--memory"));
    }
    if (data != null) {
      draft.put(DataRows.DIRECTORY.path(), data, new Origin.Flag("--data"));
    }
  }

  private static void putSet(String text, Draft draft) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      var origin = new Origin.Flag("--set");
      draft.complain(origin, "expected PATH=VALUE, such as cache.ttl=12h");
      return;
    }
    String path = text.substring(0, equals);
    draft.put(path, text.substring(equals + 1), new Origin.Flag("--set " + path));
  }

  private static void putUpstream(String text, Draft draft) {
    try {
      int equals = Math.max(0, text.indexOf('='));
      String name = Name.UPSTREAM.read(text.substring(0, equals));
      var origin = new Origin.Flag("--upstream " + name);
      String url = text.substring(equals + 1);
      draft.upstream(name, origin).put(UpstreamRows.URL, url, origin, draft.complaints());
    } catch (BadTextException e) { // not shown: a URL without a name may hold a password
      draft.complain(
          new Origin.Flag("--upstream"), "expected NAME=URL, such as local=http://127.0.0.1:8000");
    }
  }
}
