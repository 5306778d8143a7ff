package dev.refrain;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the sources of all modules to the rules of the house, reading them as javac does. */
class ArchitectureTest {
  /** What the packages of core may use of each other, "" being the root; the leaves, nothing. */
  private static final Map<String, Set<String>> BENEATH =
      Map.of(
          "", Set.of("json", "flight", "sse"),
          "dialect", Set.of("", "json", "flight", "sse"),
          "fleet", Set.of("", "flight"),
          "tier", Set.of("", "json", "flight", "sse"));

  /** Where the real time may be read; everybody else is handed an InstantSource. */
  private static final Set<String> CLOCKS =
      Set.of("gateway/src/main/java/dev/refrain/gateway/Main.java");

  private static final String OUR_TYPE = "dev\\.refrain(\\.[a-z]\\w*)*\\.([A-Z]\\w*|\\*)";
  private static final String PART = "^dev\\.refrain(?:\\.(?=[a-z])(\\w+))?.*$";
  private static final String REAL_TIME = "(.*\\.)?(System[.:]+currentTimeMillis|Instant[.:]+now)";
  private static final String EMPTY_NAME = ".*(Manager|Helper|Utils?|Impl)(?![a-z]).*|Abstract.*";

  private static List<Source> sources = List.of();

  @BeforeAll
  static void readAllSources() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("core")) ? here : here.getParent();
    var files = new ArrayList<JavaFileObject>();
    try (var modules = Files.newDirectoryStream(root, m -> Files.isDirectory(m.resolve("src")))) {
      for (Path module : modules) {
        try (var paths = Files.walk(module.resolve("src"))) {
          for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
            files.add(file(root.relativize(path).toString(), Files.readString(path)));
          }
        }
      }
    }
    sources = parse(files);
    assertThat(sources.stream().map(Source::path))
        .contains("core/src/test/java/dev/refrain/ArchitectureTest.java");
  }

  @Test
  void packagesOfCoreUseOnlyWhatLiesBeneathThem() {
    everySourceKeeps(ArchitectureTest::usesAgainstTheDirection);
  }

  @Test
  void everyPackageHasANullMarkedPackageInfo() {
    assertThat(packagesNotNullMarked(sources)).isEmpty();
  }

  @Test
  void noFileIsLongerThan500Lines() {
    everySourceKeeps(ArchitectureTest::longFile);
  }

  @Test
  void noMethodIsLongerThan70Lines() {
    everySourceKeeps(ArchitectureTest::longMethods);
  }

  @Test
  void noLineIsWiderThan100Columns() {
    everySourceKeeps(ArchitectureTest::wideLines);
  }

  @Test
  void noMethodTakesMoreThanFiveParameters() {
    everySourceKeeps(ArchitectureTest::crowdedMethods);
  }

  @Test
  void timeIsReadOnlyByTheNamedClocks() {
    everySourceKeeps(ArchitectureTest::readingsOfTheRealTime);
  }

  @Test
  void noTypeHasANameThatSaysNothing() {
    everySourceKeeps(ArchitectureTest::emptyNames);
  }

  @Test
  void everyRuleFindsAPlantedFault() throws IOException {
    assertFinds(ArchitectureTest::usesAgainstTheDirection, "class A { dev.refrain.Key key; }");
    assertFinds(ArchitectureTest::usesAgainstTheDirection, "import dev.refrain.tier.*;");
    assertFinds(ArchitectureTest::usesAgainstTheDirection, "import static dev.refrain.Rule.of;");
    assertFinds(source -> packagesNotNullMarked(List.of(source)), "class A {}");
    assertFinds(ArchitectureTest::longFile, "\n".repeat(501));
    assertFinds(ArchitectureTest::longMethods, "class A { void a() {" + "\n".repeat(70) + "} }");
    assertFinds(ArchitectureTest::wideLines, "//" + " ".repeat(74));
    assertFinds(ArchitectureTest::crowdedMethods, "class A { A(I a, I b, I c, I d, I e, I f) {} }");
    assertFinds(ArchitectureTest::readingsOfTheRealTime, "class A { A a = a(Instant.now()); }");
    assertFinds(ArchitectureTest::readingsOfTheRealTime, "class A { A a = a(Instant::now); }");
    assertFinds(ArchitectureTest::emptyNames, "class KeyUtils {}");
    assertFinds(ArchitectureTest::emptyNames, "class A { interface AbstractKey {} }");
  }

  private static void assertFinds(Function<Source, Stream<String>> rule, String fault)
      throws IOException {
    var planted =
        file("core/src/main/java/dev/refrain/json/A.java", "package dev.refrain.json; " + fault);
    String place = "core/src/main/java/dev/refrain/json/[\\w-]+\\.java:1: ";
    var found = rule.apply(parse(List.of(planted)).getFirst()).toList();
    assertThat(found).as(fault).singleElement().asString().matches(place + ".+");
  }

  private static void everySourceKeeps(Function<Source, Stream<String>> rule) {
    assertThat(sources.stream().flatMap(rule).sorted()).isEmpty();
  }

  private static Stream<String> usesAgainstTheDirection(Source source) {
    if (!source.path.startsWith("core/src/main/")) {
      return Stream.of();
    }
    String user = part(String.valueOf(source.unit.getPackageName()));
    Set<String> beneath = BENEATH.getOrDefault(user, Set.of());
    return source
        .all(MemberSelectTree.class)
        .filter(name -> name.toString().matches(OUR_TYPE))
        .filter(name -> !part(name.toString()).equals(user))
        .filter(name -> !beneath.contains(part(name.toString())))
        .map(name -> source.at(name, "must not know " + name));
  }

  /** The word after the root package: "flight" for dev.refrain.flight, "" for dev.refrain.Key. */
  private static String part(String name) {
    return name.replaceFirst(PART, "$1");
  }

  /** In the package, not only in the module: whoever compiles on a class path sees no module. */
  private static Stream<String> packagesNotNullMarked(Collection<Source> all) {
    Set<String> marked =
        all.stream().filter(s -> s.text.contains("@NullMarked")).map(Source::path).collect(toSet());
    return all.stream()
        .filter(source -> source.isMain() && source.unit.getPackage() != null)
        .map(source -> source.path.replaceFirst("[^/]*$", "package-info.java"))
        .distinct()
        .filter(info -> !marked.contains(info))
        .map(info -> info + ":1: is missing, or not @NullMarked");
  }

  private static Stream<String> longFile(Source source) {
    return Stream.of(source)
        .filter(s -> s.text.lines().count() > 500)
        .map(s -> s.at(1, "too long"));
  }

  private static Stream<String> longMethods(Source source) {
    return source
        .all(MethodTree.class)
        .filter(method -> source.lines(method).count() > 70)
        .map(method -> source.at(method, source.lines(method).count() + " lines"));
  }

  private static Stream<String> wideLines(Source source) {
    Set<Integer> excepted =
        Stream.concat(
                source.all(ImportTree.class),
                source
                    .all(LiteralTree.class)
                    .filter(text -> source.text.startsWith("\"\"\"", source.start(text))))
            .flatMap(tree -> source.lines(tree).boxed())
            .collect(toSet());
    List<String> lines = source.text.lines().toList();
    return IntStream.rangeClosed(1, lines.size())
        .filter(line -> lines.get(line - 1).codePoints().count() > 100)
        .filter(line -> !excepted.contains(line))
        .mapToObj(line -> source.at(line, "wider than 100 columns"));
  }

  /**
   * A record's header is no method and may have more, for it names what it takes. What overrides
   * has its parameters from elsewhere; where that is ours, it is found there.
   */
  private static Stream<String> crowdedMethods(Source source) {
    return source
        .all(MethodTree.class)
        .filter(method -> !method.getModifiers().toString().contains("@Override"))
        .filter(method -> source.parameters(method) > 5)
        .map(method -> source.at(method, source.parameters(method) + " parameters"));
  }

  private static Stream<String> readingsOfTheRealTime(Source source) {
    if (!source.isMain() || CLOCKS.contains(source.path)) {
      return Stream.of();
    }
    return Stream.concat(source.all(MemberSelectTree.class), source.all(MemberReferenceTree.class))
        .filter(name -> name.toString().matches(REAL_TIME))
        .map(name -> source.at(name, name + " where an InstantSource belongs"));
  }

  private static Stream<String> emptyNames(Source source) {
    return source
        .all(ClassTree.class)
        .filter(type -> type.getSimpleName().toString().matches(EMPTY_NAME))
        .map(type -> source.at(type, "what is a " + type.getSimpleName() + "?"));
  }

  private static JavaFileObject file(String path, String text) {
    return new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private static List<Source> parse(List<JavaFileObject> files) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, files);
    var positions = Trees.instance(task).getSourcePositions();
    var parsed = new ArrayList<Source>();
    for (var unit : task.parse()) {
      var file = unit.getSourceFile();
      String path = file.toUri().getPath().substring(1);
      parsed.add(new Source(path, file.getCharContent(true).toString(), unit, positions));
    }
    return parsed;
  }

  /** One file of ours, as javac's parser sees it. */
  private record Source(
      String path, String text, CompilationUnitTree unit, SourcePositions positions) {

    boolean isMain() {
      return path.contains("/src/main/");
    }

    <T extends Tree> Stream<T> all(Class<T> kind) {
      var found = new ArrayList<T>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void scan(Tree tree, Void nothing) {
          if (kind.isInstance(tree)) {
            found.add(kind.cast(tree));
          }
          return super.scan(tree, null);
        }
      }.scan(unit, null);
      return found.stream();
    }

    /** Those written in the method; javac lends a compact constructor those of the header. */
    long parameters(MethodTree method) {
      return method.getParameters().stream().filter(p -> start(p) > start(method)).count();
    }

    IntStream lines(Tree tree) {
      return IntStream.rangeClosed(
          line(start(tree)), line((int) positions.getEndPosition(unit, tree)));
    }

    String at(Tree tree, String complaint) {
      return at(line(start(tree)), complaint);
    }

    String at(int line, String complaint) {
      return path + ":" + line + ": " + complaint;
    }

    private int line(int position) {
      return (int) unit.getLineMap().getLineNumber(position);
    }

    private int start(Tree tree) {
      return (int) positions.getStartPosition(unit, tree);
    }
  }
}
