package dev.refrain.gateway.settings;

import java.util.ArrayList;
import java.util.List;

/** Gathers all that is wrong, so that it can be mended in one go. Not thread-safe. */
final class Complaints {
  private static final int COMPLAINTS_MAX = 100;

  private final List<Complaint> complaints = new ArrayList<>();

  /** Adds one; beyond a hundred, nobody reads them. */
  void add(Origin origin, String message) {
    if (complaints.size() < COMPLAINTS_MAX) {
      complaints.add(new Complaint(origin, message));
    }
  }

  void refuseIfAny() throws SettingsRefusedException {
    if (!complaints.isEmpty()) {
      complaints.sort(Complaint.IN_READING_ORDER);
      throw new SettingsRefusedException(complaints);
    }
  }
}
