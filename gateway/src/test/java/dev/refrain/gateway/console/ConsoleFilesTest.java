package dev.refrain.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ConsoleFilesTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", ""))
          .resolve("src/main/resources/dev/refrain/gateway/console");

  private static final int PAGE_BYTES_MAX = 300 << 10;

  /** By these, text could become markup or code. */
  private static final Pattern DANGEROUS =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|Function\\(|srcdoc"
              + "|DOMParser|createContextualFragment|setHTML|javascript:|setTimeout\\(['\"`]");

  /** What names another host, or runs or styles where the policy forbids it. */
  private static final Pattern FOREIGN =
      Pattern.compile("https?://(?!www\\.w3\\.org/2000/svg)|@import|<style|\\bstyle=|\\bon\\w+=");

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private RawReply get(String path, String... headers) throws Exception {
    try (var client = stage.client()) {
      var lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      var head = "GET " + path + " HTTP/1.1\r\nhost: localhost\r\n" + lines + "\r\n";
      return client.call(head.getBytes(UTF_8));
    }
  }

  private static String read(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }

  @Test
  void allFilesAreServedAndNoOthers() throws Exception {
    try (var files = Files.list(FOLDER)) {
      var names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      assertThat(ConsoleFiles.NAMES).isEqualTo(names);
    }
    for (var name : ConsoleFiles.NAMES) {
      var reply = get("/-/console/" + name);
      assertThat(reply.status()).as(name).isEqualTo(200);
      assertThat(reply.text()).isEqualTo(read(name));
    }
    assertThat(get("/-/console/ConsoleFiles.class").status()).isEqualTo(404);
    assertThat(get("/-/console/..%2fconsole%2fmain.js").status()).isIn(400, 404);
  }

  @Test
  void thePageAllowsNothingThatIsNotItsOwn() throws Exception {
    var page = get("/-/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(List.of(page.header("content-security-policy").split("; ")))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
        .contains("require-trusted-types-for 'script'")
        .noneMatch(rule -> rule.contains("unsafe") || rule.contains("*"));
  }

  @Test
  void noTextCanBecomeMarkup() throws Exception {
    for (var name : ConsoleFiles.NAMES) {
      var text = read(name);
      assertThat(DANGEROUS.matcher(text).results().map(found -> found.group())).as(name).isEmpty();
      var foreign = FOREIGN.matcher(text).results().map(found -> found.group());
      assertThat(foreign).as(name).isEmpty();
    }
    assertThat(DANGEROUS.matcher("a.innerHTML = answer").find()).isTrue();
    assertThat(FOREIGN.matcher("<p onclick='x'>").find()).isTrue();
  }

  @Test
  void allModulesAreFetchedAtOnce() throws Exception {
    var named = new TreeSet<String>();
    Pattern.compile("console/([a-z]+\\.js)")
        .matcher(read("index.html"))
        .results()
        .forEach(found -> named.add(found.group(1)));

    assertThat(named)
        .isEqualTo(
            ConsoleFiles.NAMES.stream()
                .filter(name -> name.endsWith(".js"))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void thePageIsSmall() throws Exception {
    long bytes = 0;
    for (var name : ConsoleFiles.NAMES) {
      bytes += get("/-/console/" + name).body().length;
    }
    assertThat(bytes).isLessThan(PAGE_BYTES_MAX);
  }

  @Test
  void whoHasAFileGetsItNoMore() throws Exception {
    var tag = get("/-/console/main.js").header("etag");
    var again = get("/-/console/main.js", "if-none-match: \"other\", " + tag);

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.header("etag")).isEqualTo(tag);
    assertThat(get("/-/console/main.js", "if-none-match: \"other\"").status()).isEqualTo(200);
    assertThat(get("/-/console/now.js", "if-none-match: " + tag).status()).isEqualTo(200);
  }

  @Test
  void filesArePackedForWhoCanUnpackThem() throws Exception {
    var packed = get("/-/console/now.js", "accept-encoding: br;q=1.0, gzip");

    assertThat(packed.header("content-encoding")).isEqualTo("gzip");
    assertThat(packed.header("vary")).isEqualTo("accept-encoding");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo(read("now.js"));
    }
    var plain = get("/-/console/now.js", "accept-encoding: gzip;q=0");
    assertThat(plain.header("content-encoding")).isEmpty();
    assertThat(Set.of(plain.header("etag"))).doesNotContain(packed.header("etag"));
  }
}
