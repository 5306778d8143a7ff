package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.List;

/** The rehearsal model. */
final class DemoRows {
  static final Setting<Boolean> ENABLED =
      Setting.of(
          "demo.enabled",
          Type.truth(),
          "true",
          "Whether there is a model 'demo', which needs no network and no key");
  private static final Setting<Duration> TIME =
      Setting.of("demo.time", Type.duration("0", "1h"), "2s", "How long it takes for an answer");

  static final Section SECTION =
      new Section("demo", "The built-in model to try things with", List.of(ENABLED, TIME));

  private DemoRows() {}

  static Demo demo(Values values) {
    return new Demo(values.get(ENABLED), values.get(TIME));
  }
}
