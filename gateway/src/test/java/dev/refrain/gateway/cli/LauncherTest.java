package dev.refrain.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher on machines that have this and lack that: each is a folder, in which the launcher
 * looks where it would look on the whole machine, with the few tools on the path that all have.
 */
@Timeout(120)
final class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "basename",
          "cat",
          "dirname",
          "find",
          "id",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "touch");
  private static final Path LAUNCHER = Path.of("..", "refrain");
  private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path machine;

  /** What a command has said, and how it ended. */
  private record Said(int code, String text) {}

  @BeforeEach
  void setUp() throws IOException {
    for (var tool : TOOLS) {
      Files.createDirectories(machine.resolve("bin"));
      Files.createSymbolicLink(machine.resolve("bin").resolve(tool), onThisMachine(tool));
    }
    Files.createDirectories(machine.resolve("home"));
    var checkout = Files.createDirectories(machine.resolve("checkout"));
    var launcher =
        Files.readString(LAUNCHER)
            .replaceAll("([ {,])(/usr/|/opt/|/Library/)", "$1" + machine + "$2");
    Files.writeString(checkout.resolve("refrain"), launcher);
    write(checkout.resolve("pom.xml"), "the build", EARLIER);
    write(checkout.resolve("gateway/pom.xml"), "the module", EARLIER);
    write(checkout.resolve("gateway/src/main/A.java"), "a source", EARLIER);
  }

  /** Before JUnit finds links in the folder that lead out of it. */
  @AfterEach
  void tearDown() throws IOException {
    for (var tool : TOOLS) {
      Files.deleteIfExists(machine.resolve("bin").resolve(tool));
    }
  }

  private static Path onThisMachine(String tool) {
    for (var folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      var path = Path.of(folder, tool);
      if (Files.isExecutable(path)) {
        return path;
      }
    }
    throw new AssertionError("every machine has " + tool);
  }

  private static void write(Path file, String text, Instant when) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(when));
    Files.setLastModifiedTime(file.getParent(), FileTime.from(when));
  }

  private void command(String path, String script) throws IOException {
    var file = machine.resolve(path);
    Files.deleteIfExists(file);
    write(file, "#!" + onThisMachine("bash") + "\n" + script + "\n", EARLIER);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Installs what looks like a JDK, and says with what it was started. */
  private Path jdk(String folder, String version) throws IOException {
    command(folder + "/bin/javac", "exit 99");
    command(folder + "/bin/java", "echo started " + version + " \"$@\"");
    var home = machine.resolve(folder);
    write(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n", EARLIER);
    return home;
  }

  private void jar(Instant when) throws IOException {
    write(machine.resolve("checkout/gateway/target/refrain.jar"), "a jar", when);
  }

  private Said run(Map<String, String> environment, String... arguments) throws Exception {
    var builder = new ProcessBuilder();
    builder.command().add(onThisMachine("bash").toString());
    builder.command().add(machine.resolve("checkout/refrain").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().clear();
    builder.environment().put("PATH", machine.resolve("bin").toString());
    builder.environment().put("HOME", machine.resolve("home").toString());
    builder.environment().putAll(environment);
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  private Said run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "apt-get, 0, apt-get install openjdk-25-jdk-headless",
    "apt-get, 1000, sudo apt-get install openjdk-25-jdk-headless",
    "dnf, 1000, sudo dnf install java-25-openjdk-devel",
    "pacman, 1000, sudo pacman -S jdk-openjdk",
    "apk, 0, apk add openjdk21",
    "brew, 1000, brew install openjdk"
  })
  void whereThereIsNoJdkItIsSaidHowToGetOne(String installer, String user, String command)
      throws Exception {
    command("bin/" + installer, "exit 99");
    command("bin/apt-cache", "exit 0");
    command("bin/id", "echo " + user);
    var said = run("serve");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .contains("needs a JDK (with javac), version 21 or later, best 25, and found none")
        .contains("install it with:  " + command + "\n")
        .contains("REFRAIN_JAVA_HOME");
  }

  @Test
  void anOlderDebianHasItElsewhere() throws Exception {
    command("bin/apt-get", "exit 99");
    command("bin/apt-cache", "exit 100");
    assertThat(run("serve").text()).contains("temurin-25-jdk").contains("https://adoptium.net");
    command("bin/apt-cache", "[ \"$2\" = openjdk-21-jdk-headless ]");
    assertThat(run("serve").text()).contains("apt-get install openjdk-21-jdk-headless\n");
  }

  @Test
  void whereNothingCanInstallItIsSaidAllTheSame() throws Exception {
    var said = run("test");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text()).contains("needs a JDK").doesNotContain("install it with");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_392", "20"})
  void anOldJdkIsNone(String version) throws Exception {
    jdk("usr/lib/jvm/old", version);
    assertThat(run("serve").text()).contains("needs a JDK (with javac), version 21 or later");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/jvm/java-25-openjdk-amd64",
        "usr/java/jdk-25",
        "opt/java/openjdk",
        "opt/jdk-25",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "home/Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home",
        "home/.sdkman/candidates/java/25.0.1-tem",
        "home/.jdks/temurin-25"
      })
  void itIsFoundWhereItCommonlyIsThoughTheDefaultIsOlder(String folder) throws Exception {
    jar(Instant.now());
    var old = jdk("usr/lib/jvm/java-17", "17.0.9");
    Files.createSymbolicLink(machine.resolve("bin/javac"), old.resolve("bin/javac"));
    Files.createSymbolicLink(machine.resolve("bin/java"), old.resolve("bin/java"));
    jdk(folder, "25.0.1");
    var said = run(Map.of("JAVA_HOME", old.toString()), "stats", "--json");
    assertThat(said.text()).startsWith("started 25.0.1 ").endsWith("refrain.jar stats --json\n");
  }

  @Test
  void twentyFiveIsPreferredAndElseTheLatest() throws Exception {
    jar(Instant.now());
    jdk("usr/lib/jvm/a", "21.0.3");
    jdk("usr/lib/jvm/b", "26");
    jdk("usr/lib/jvm/c", "24.0.1");
    assertThat(run("stats").text()).startsWith("started 26 ");
    jdk("usr/lib/jvm/d", "25");
    assertThat(run("stats").text()).startsWith("started 25 ");
    var wanted = machine.resolve("usr/lib/jvm/a").toString();
    assertThat(run(Map.of("REFRAIN_JAVA_HOME", wanted), "stats").text())
        .startsWith("started 21.0.3 ");
    var nowhere = machine.resolve("nowhere").toString();
    assertThat(run(Map.of("REFRAIN_JAVA_HOME", nowhere), "stats").text())
        .contains("REFRAIN_JAVA_HOME=" + nowhere + " holds no JDK");
  }

  @ParameterizedTest
  @CsvSource({
    "apt-get, sudo apt-get install maven",
    "dnf, sudo dnf install maven",
    "pacman, sudo pacman -S maven",
    "apk, sudo apk add maven",
    "brew, brew install maven"
  })
  void whereThereIsNoMavenItIsSaidHowToGetIt(String installer, String command) throws Exception {
    jdk("usr/lib/jvm/java-25", "25");
    command("bin/" + installer, "exit 99");
    command("bin/id", "echo 1000");
    for (var subcommand : List.of("serve", "test", "format")) {
      var said = run(subcommand);
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.text())
          .contains("needs Maven (mvn), 3.8 or later")
          .contains("install it with:  " + command + "\n");
    }
  }

  @Test
  void itIsBuiltOnFirstUseAndWhenASourceIsNewer() throws Exception {
    jdk("usr/lib/jvm/java-25", "25");
    command(
        "bin/mvn",
        "echo built with $JAVA_HOME >>built; echo a jar >gateway/target/quick/refrain.jar");
    assertThat(run("stats").text()).contains("building refrain.jar").contains("started 25 ");
    assertThat(run("stats").text()).startsWith("started 25 ");
    assertThat(builds()).isEqualTo(1);
    write(machine.resolve("checkout/gateway/src/main/A.java"), "other", later());
    assertThat(run("stats").text()).contains("building refrain.jar").contains("started 25 ");
    assertThat(builds()).isEqualTo(2);
    assertThat(Files.readString(machine.resolve("checkout/built"))).contains("/java-25\n");
  }

  private static Instant later() {
    return Instant.now().plusSeconds(1);
  }

  private long builds() throws IOException {
    try (var lines = Files.lines(machine.resolve("checkout/built"))) {
      return lines.count();
    }
  }

  @Test
  void aBuildThatFailsIsShownAndStartsNothing() throws Exception {
    jdk("usr/lib/jvm/java-25", "25");
    jar(EARLIER.minusSeconds(1));
    command("bin/mvn", "echo a compiler complains; exit 7");
    var said = run("serve");
    assertThat(said.code()).isEqualTo(7);
    assertThat(said.text())
        .contains("a compiler complains")
        .contains("the build failed")
        .doesNotContain("started");
    assertThat(machine.resolve("checkout/.refrain-build.lock")).doesNotExist();
  }
}
