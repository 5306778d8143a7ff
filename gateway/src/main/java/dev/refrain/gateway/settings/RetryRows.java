package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.List;

/** When a call is sent once more. */
final class RetryRows {
  private static final Setting<Integer> MAX =
      Setting.of("retry.max", Type.count(0, 10), "2", "How often one call is sent once more");
  private static final Setting<Duration> WAIT_MAX =
      Setting.of(
          "retry.wait-max",
          Type.duration("0", "10m"),
          "5s",
          "How long the pauses of one call may be together; who is to wait longer is told at once");

  static final Section SECTION =
      new Section(
          "retry",
          "Calls are sent once more if the upstream could not be reached, or said 429 or 503 and"
              + " when to come again (Retry-After); never once any of its reply has"
              + " been passed on; what is only relayed, if there was no connection",
          List.of(MAX, WAIT_MAX));

  private RetryRows() {}

  static Retry retry(Values values) {
    return new Retry(values.get(MAX), values.get(WAIT_MAX));
  }
}
