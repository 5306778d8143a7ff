package dev.refrain;

import java.util.List;

/** The tags of an entry, and the epoch that each had when the entry's flight departed. */
public record Stamp(List<String> tags, List<String> epochs) {
  public Stamp {
    tags = List.copyOf(tags);
    epochs = List.copyOf(epochs);
    if (tags.size() != epochs.size()) {
      throw new IllegalArgumentException("each tag has one epoch");
    }
  }
}
