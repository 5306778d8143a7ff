package dev.refrain.gateway.cli;

import java.util.ArrayList;
import java.util.List;

/** What one examination finds, in the order in which it looks. */
final class Findings {
  private final String subject;
  private final List<Finding> found = new ArrayList<>();

  /** Takes what nearly all of it is about. */
  Findings(String subject) {
    this.subject = subject;
  }

  void good(String said) {
    add(Finding.good(subject, said));
  }

  void doubtful(String said, String advice) {
    add(Finding.doubtful(subject, said, advice));
  }

  void bad(String said, String advice) {
    add(Finding.bad(subject, said, advice));
  }

  /** Adds one that may be about something else. */
  void add(Finding finding) {
    found.add(finding);
  }

  List<Finding> all() {
    return List.copyOf(found);
  }
}
