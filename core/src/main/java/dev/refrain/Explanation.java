package dev.refrain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call is answered from the cache, or why not.
 *
 * @param reason why it is not even looked up; null if it is
 * @param parts what its key is made of, in order; none if it has no key
 * @param rule by which it is judged; null if it has no key
 * @param items what is known of the answer, or of the first of several that are put together
 * @param near what was asked lately and is nearly the same, the nearest first
 */
public record Explanation(
    Call call,
    @Nullable Reason reason,
    List<Part> parts,
    @Nullable Rule rule,
    List<Item> items,
    List<NearMiss> near) {
  public Explanation {
    parts = List.copyOf(parts);
    items = List.copyOf(items);
    near = List.copyOf(near);
  }

  /** A part of the key. */
  public record Part(String name, String value) {}

  /**
   * What is known of one answer.
   *
   * @param lying where it lies, and in which forms
   * @param served what would be given to the caller; null if there is nothing
   * @param aboard how many wait for a call that is under way; 0 if none is
   * @param turnedDown whether the last reply could not be kept, so that nobody waits for the next
   */
  public record Item(
      Slot slot, List<Lying> lying, @Nullable Served served, int aboard, boolean turnedDown) {
    public Item {
      lying = List.copyOf(lying);
    }
  }

  /**
   * What a tier has in one form.
   *
   * @param entry null if it has none
   * @param trouble why the tier could not tell; null if it could
   */
  public record Lying(String tier, Form form, @Nullable Entry entry, @Nullable String trouble) {}

  /**
   * An entry that the caller would be given, if it is fresh enough.
   *
   * @param tags all that it has, and whether it still may be served for them
   * @param missing tags that the caller names, and the entry has not
   */
  public record Served(
      String tier,
      Entry entry,
      Freshness freshness,
      Timing timing,
      List<TagState> tags,
      List<String> missing) {
    public Served {
      tags = List.copyOf(tags);
      missing = List.copyOf(missing);
    }
  }

  /**
   * A tag of an entry.
   *
   * @param holds whether it was not invalidated since the entry's call departed
   */
  public record TagState(String tag, boolean holds) {}

  /**
   * Something that was asked lately, and is nearly the same.
   *
   * @param atMillis when it was asked last
   */
  public record NearMiss(Key key, long atMillis, List<Difference> differences) {
    public NearMiss {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Where two calls differ.
   *
   * @param path such as {@code messages[0].content}, or a part of the key
   * @param here what this call has there, or how it differs
   * @param there what the other had, as far as it is known
   */
  public record Difference(String path, String here, String there) {}
}
