package dev.refrain;

import dev.refrain.json.Skim;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One wire format: how to read its requests, judge its replies and turn them into other forms. */
public interface Dialect {
  /** Returns the name, a part of every key. */
  String name();

  /** Returns whether requests to this path are in this dialect. */
  boolean speaks(String method, String path);

  /** Returns the request headers that change answers, always in the same order. */
  List<String> decidingHeaders();

  /**
   * Returns what of path and query decides the answer: all of it, unless some only says in which
   * form the answer is wanted, or who asks.
   */
  default String decidingTarget(Request request) {
    return request.target();
  }

  /** Reads a request. Never throws, whatever the body is. */
  Reading read(Request request);

  /**
   * Returns the model that is asked for by a request that may not be understood, or of which only
   * the beginning is there; nothing if it cannot be told. It leads the request to its upstream, and
   * decides no key.
   */
  default String modelOf(Request request) {
    return Skim.text(request.body(), "model");
  }

  /** Returns whether no provider charges anything for this, whatever its replies say. */
  default boolean isFree() {
    return false;
  }

  /**
   * Returns what a clear request asks, or null if it is not a user's text that comes last in it.
   */
  @Nullable Prompt prompt(Request request);

  /** Returns whether a reply of this media type can be what was asked for. */
  boolean expects(Facts asked, String mediaType);

  /** Returns whether a reply in this form says what it cost, unless it is cut off. */
  default boolean tellsUsage(Form form) {
    return true;
  }

  /** Finds out what is wrong with a reply that came to a clean end, and what it cost. */
  Verdict judge(Facts asked, Recording reply);

  /**
   * Returns a recording in another form, or null where that cannot be done without loss.
   *
   * @param form one that has the recording's own form among its sources
   */
  @Nullable Recording convert(Recording recording, Form form);

  /**
   * Returns the body of an error as this dialect's vendor writes it, so that his clients understand
   * it.
   *
   * @param code a short name for programs, such as {@code upstream_unreachable}
   */
  byte[] error(int status, String code, String message);

  /**
   * What a dialect found in a reply.
   *
   * @param defects why it should perhaps not be kept; empty for a good one
   */
  record Verdict(Set<Reason> defects, Usage usage) {
    public Verdict {
      defects = Set.copyOf(defects);
    }
  }
}
