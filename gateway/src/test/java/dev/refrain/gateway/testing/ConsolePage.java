package dev.refrain.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;

/**
 * The console of a gateway in a window of the browser. It sees to it that the page neither
 * complains nor speaks to another host.
 */
public final class ConsolePage implements AutoCloseable {
  private final BrowserContext context;
  private final Page page;
  private final String origin;
  private final List<String> faults = new ArrayList<>();
  private boolean refusals;

  /** How it is looked at. */
  public record Window(int width, int height, ColorScheme scheme) {
    /** A screen, in daylight. */
    public static final Window USUAL = new Window(1280, 860, ColorScheme.LIGHT);

    /** A phone, at night. */
    public static final Window PHONE = new Window(390, 844, ColorScheme.DARK);
  }

  private ConsolePage(BrowserContext context, Page page, String origin) {
    this.context = context;
    this.page = page;
    this.origin = origin;
  }

  /** Opens a window, in which nothing is shown yet. */
  public static ConsolePage open(Chromium chromium, int port, Window window) {
    var options =
        new NewContextOptions()
            .setViewportSize(window.width, window.height)
            .setColorScheme(window.scheme)
            .setTimezoneId("UTC")
            .setLocale("en-GB");
    var context = chromium.browser().newContext(options);
    var console = new ConsolePage(context, context.newPage(), "http://127.0.0.1:" + port);
    console.watch();
    return console;
  }

  private void watch() {
    page.setDefaultTimeout(20_000);
    page.onConsoleMessage(message -> {
      boolean refusal = message.text().startsWith("Failed to load resource");
      if (!message.type().equals("log") && !(refusal && refusals)) {
        faults.add(message.type() + ": " + message.text());
      }
    });
    page.onPageError(error -> faults.add("not caught: " + error));
    page.onRequest(request -> {
      if (!request.url().startsWith(origin + "/-/") && !request.url().equals("about:blank")) {
        faults.add("asked for " + request.url());
      }
    });
  }

  /** Shows a page of the console: {@code now}, {@code entries?sort=hits}, … */
  public ConsolePage go(String route) {
    page.navigate(origin + "/-/#/" + route);
    return this;
  }

  /** Returns the window. */
  public Page page() {
    return page;
  }

  /** Returns all elements that a CSS selector names. */
  public Locator all(String selector) {
    return page.locator(selector);
  }

  /** Waits until something with this text is seen. */
  public void sees(String text) {
    try {
      page.getByText(text).first().waitFor();
    } catch (TimeoutError e) {
      throw new AssertionError("'" + text + "' was not seen, but:\n" + page.innerText("body"), e);
    }
  }

  /** Waits until a condition in JavaScript holds. */
  public void until(String condition) {
    page.waitForFunction(condition);
  }

  /** Refusals, and a gateway that is gone, are no faults: the browser itself complains of them. */
  public ConsolePage expectRefusals() {
    refusals = true;
    return this;
  }

  @Override
  public void close() {
    context.close();
    assertThat(faults).as("what the page complained of").isEmpty();
  }
}
