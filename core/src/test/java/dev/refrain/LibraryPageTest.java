package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the documents tell a Java programmer to write compiles, and does what they say. */
@Timeout(120)
final class LibraryPageTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String COMPLETION =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,\
      "message":{"role":"assistant","content":"A refrain."},"finish_reason":"stop"}]}\
      """;

  @TempDir private Path folder;

  private final AtomicInteger calls = new AtomicInteger();
  private HttpServer provider;

  @BeforeEach
  void listen() throws IOException {
    var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    provider = HttpServer.create(anywhere, 0);
    provider.createContext(
        "/v1/chat/completions",
        exchange -> {
          try (exchange) {
            calls.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, COMPLETION.length());
            exchange.getResponseBody().write(COMPLETION.getBytes(UTF_8));
          }
        });
    provider.start();
  }

  @AfterEach
  void close() {
    provider.stop(0);
  }

  private static String program(String page) throws IOException {
    var matcher = JAVA.matcher(Files.readString(Path.of("..").resolve(page)));
    assertThat(matcher.find()).as("a program in %s", page).isTrue();
    return matcher.group(1);
  }

  /** What a program of somebody else's would have: the library, and what that needs. */
  private static List<String> library() {
    return Stream.of(classPath().split(File.pathSeparator, -1))
        .filter(path -> path.matches(".*(core.target.classes|(caffeine|slf4j-api|jspecify)-[^/]*)"))
        .toList();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String path() {
    return String.join(File.pathSeparator, library());
  }

  private void compile(String name, String source, String... options) throws IOException {
    Files.writeString(folder.resolve(name), source);
    var said = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, UTF_8)) {
      var all = new ArrayList<>(List.of("-Xlint:all,-processing,-classfile", "-proc:none"));
      all.addAll(List.of(options));
      all.addAll(List.of("-d", folder.resolve("classes").toString()));
      try (var sources = Files.list(folder)) {
        var units = sources.filter(file -> file.toString().endsWith(".java")).toList();
        var task =
            compiler.getTask(
                said, files, null, all, null, files.getJavaFileObjectsFromPaths(units));
        assertThat(task.call()).as(said.toString()).isTrue();
      }
    }
  }

  private String run(String... options) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OPENAI_API_KEY", "sk-test");
    builder.environment().put("OPENAI_URL", "http://localhost:" + provider.getAddress().getPort());
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void theProgramsCompileOnTheClassPath() throws Exception {
    var around =
        """
        import dev.refrain.*;
        import dev.refrain.dialect.OpenAiChat;
        import dev.refrain.tier.MemoryTier;

        interface Few {
          static void ask(Request request, Upstream upstream) throws Exception {
            %s
          }
        }
        """
            .formatted(program("README.md"));
    Files.writeString(folder.resolve("Few.java"), around);
    compile("Hello.java", program("docs/library.md"), "--class-path", path());
  }

  @Test
  void theWholeProgramRunsAsAModule() throws Exception {
    Files.writeString(
        folder.resolve("module-info.java"),
        "module hello { requires dev.refrain; requires java.net.http; exports hello; }");
    var program = "package hello;\n" + program("docs/library.md");
    compile("Hello.java", program, "--module-path", path());
    var classes = folder.resolve("classes").toString();
    assertThat(run("-p", path() + File.pathSeparator + classes, "-m", "hello/hello.Hello"))
        .contains("fetched " + COMPLETION + "\n", "replayed " + COMPLETION + "\n");
    assertThat(calls).hasValue(1);
  }
}
