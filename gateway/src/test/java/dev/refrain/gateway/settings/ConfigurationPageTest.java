package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares {@code docs/configuration.md} with the table of settings, or writes it: {@code mvn -pl
 * gateway -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Drefrain.write-docs}.
 */
final class ConfigurationPageTest {
  @TempDir Path directory;

  @Test
  void thePageSaysWhatTheTableSays() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("gateway")) ? here : here.getParent();
    Path page = root.resolve("docs/configuration.md");
    if (System.getProperty("refrain.write-docs") != null) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, ConfigurationPage.text());
    }

    assertThat(Files.readString(page))
        .as("docs/configuration.md, which this test writes if told so; see its comment")
        .isEqualTo(ConfigurationPage.text());
  }

  @Test
  void theExampleIsRight() throws Exception {
    var loaded = new Trial(directory).yaml(ConfigurationPage.EXAMPLE).load();

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.settings().rules().matches()).hasSize(2);
  }

  @Test
  void everySettingHasAVariableOfItsOwn() {
    assertThat(Table.single().stream().map(Setting::variable)).doesNotHaveDuplicates();
  }

  @Test
  void everyPathBeginsWithItsSection() {
    for (var section : Table.SECTIONS) {
      String beginning = section.name().isEmpty() ? "" : section.name() + ".";
      assertThat(section.settings()).allMatch(s -> s.path().startsWith(beginning));
    }
  }
}
