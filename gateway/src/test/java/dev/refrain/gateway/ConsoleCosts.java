package dev.refrain.gateway;

import com.microsoft.playwright.Page;
import com.sun.management.OperatingSystemMXBean;
import dev.refrain.gateway.testing.ConsolePage;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures what the console costs: how soon it is ready, and how much of a core the gateway needs
 * for those that are open. No test, and run by its name only, {@code -Dtest=ConsoleCosts}.
 */
final class ConsoleCosts {
  private static final int LOADS = 15;
  private static final int WARM_LOADS = 5;
  private static final long MILLIS = 8_000;

  /** Notes when the first figures stand on the page. */
  private static final String WATCH =
      """
      new MutationObserver((changes, watcher) => {
        if (document.querySelector('.figures .large')) {
          window.readyMillis = performance.now();
          watcher.disconnect();
        }
      }).observe(document, { childList: true, subtree: true });
      """;

  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  @Test
  void measure() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    System.out.printf("ready after %s ms (least, median, most of %d)%n", ready(), LOADS);
    System.out.printf("no console:  %.2f %% of a core%n", cpu());
    for (int count : new int[] {1, 10}) {
      var open = new ArrayList<ConsolePage>();
      for (int i = 0; i < count; i++) {
        open.add(stage.open("now"));
        open.getLast().sees("live");
      }
      System.out.printf("%d consoles: %.2f %% of a core%n", count, cpu());
      open.forEach(ConsolePage::close);
    }
  }

  private static String ready() {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < WARM_LOADS + LOADS; i++) {
      try (var console = stage.open("settings")) {
        Page page = console.page();
        page.addInitScript(WATCH);
        page.navigate("about:blank");
        console.go("now").until("() => window.readyMillis > 0");
        if (i >= WARM_LOADS) {
          millis.add(((Number) page.evaluate("() => window.readyMillis")).doubleValue());
        }
      }
    }
    millis.sort(null);
    return Arrays.toString(
        List.of(millis.getFirst(), millis.get(LOADS / 2), millis.getLast()).stream()
            .mapToLong(Math::round)
            .toArray());
  }

  /** The browser is a process of its own, and so is not counted. */
  private static double cpu() throws InterruptedException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Thread.sleep(2_000); // until all is calm
    long began = System.nanoTime();
    long before = system.getProcessCpuTime();
    Thread.sleep(MILLIS);
    return 100.0 * (system.getProcessCpuTime() - before) / (System.nanoTime() - began);
  }
}
