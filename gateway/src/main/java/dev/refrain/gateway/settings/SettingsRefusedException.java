package dev.refrain.gateway.settings;

import java.util.List;

/** The settings are wrong; the message has a line for each thing that is. */
public final class SettingsRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Complaint> complaints;

  SettingsRefusedException(List<Complaint> complaints) {
    super(lines(complaints));
    this.complaints = List.copyOf(complaints);
  }

  /** Returns all that is wrong, in the order in which one reads. */
  public List<Complaint> complaints() {
    return complaints;
  }

  private static String lines(List<Complaint> complaints) {
    var lines = new StringBuilder();
    for (var complaint : complaints) {
      lines.append(lines.isEmpty() ? "" : "\n").append(complaint);
    }
    return lines.toString();
  }
}
