package dev.refrain.gateway.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A variable or a file that holds a secret. What it holds is never shown, nor are the names of the
 * two, lest one of them be the secret itself.
 */
record SecretSource(Setting<String> variable, Setting<String> file) {
  private static final int LENGTH_MAX = 8192;

  /**
   * Returns the secret; null if there is to be none, or none that is fit, which is complained of.
   */
  @Nullable Secret read(Values values, Draft draft, Map<String, String> environment) {
    if (values.isGiven(variable) && values.isGiven(file)) {
      draft.complain(
          values.origin(file),
          "stands beside '%s' (%s)".formatted(variable.path(), values.origin(variable)));
      return null;
    }
    String name = values.find(variable);
    if (name != null) {
      String text = environment.getOrDefault(name, "");
      return checked(text, values.origin(variable), draft, "that environment variable");
    }
    Path path = draft.file(values, file);
    return (path == null) ? null : in(path, values.origin(file), draft);
  }

  boolean isGiven(Values values) {
    return values.isGiven(variable) || values.isGiven(file);
  }

  /** Returns where it was said what holds it. */
  Origin origin(Values values) {
    return values.origin(values.isGiven(variable) ? variable : file);
  }

  /** Returns the secret in a file; null if there is none, which is complained of. */
  static @Nullable Secret in(Path path, Origin origin, Draft draft) {
    try (var in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(LENGTH_MAX + 1);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return checked(text.strip(), origin, draft, "that file");
    } catch (IOException e) {
      draft.complain(origin, "cannot read that file");
      return null;
    }
  }

  /** Returns the secret that this text is; null if it can be none, which is complained of. */
  static @Nullable Secret checked(String text, Origin origin, Draft draft, String where) {
    if (text.isEmpty()) {
      draft.complain(origin, "expected a key, and there is nothing in " + where);
      return null;
    }
    boolean plain = text.length() <= LENGTH_MAX;
    for (int i = 0; i < text.length() && plain; i++) {
      plain = text.charAt(i) > ' ' && text.charAt(i) < 0x7f;
    }
    if (!plain) {
      draft.complain(origin, "what stands in " + where + " can be no key");
      return null;
    }
    return new Secret(text);
  }
}
