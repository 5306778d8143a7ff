package dev.refrain.gateway.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import dev.refrain.testing.Lacking;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The browser of the machine, driven by Playwright. Where there is none, its tests are skipped,
 * loudly, and fail in CI. For one thread.
 */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final List<String> ARGUMENTS =
      List.of("--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb");

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it. */
  public static Chromium start() {
    var executable = require(find(NAMES), "a browser is needed: one of " + NAMES);
    var node = require(find(List.of("node")), "node is needed, by which the browser is driven");
    var environment =
        Map.of("PLAYWRIGHT_NODEJS_PATH", node.toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    var playwright = Playwright.create(new CreateOptions().setEnv(environment));
    var options = new LaunchOptions().setExecutablePath(executable).setArgs(ARGUMENTS);
    return new Chromium(playwright, playwright.chromium().launch(options));
  }

  private static Path require(@Nullable Path program, String complaint) {
    if (program == null) {
      throw Lacking.of("the console, for " + complaint);
    }
    return program;
  }

  private static @Nullable Path find(List<String> names) {
    var folders = System.getenv().getOrDefault("PATH", "");
    for (var name : names) {
      for (var folder : folders.split(Pattern.quote(File.pathSeparator), -1)) {
        var program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return program;
        }
      }
    }
    return null;
  }

  /** Returns the browser. */
  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
