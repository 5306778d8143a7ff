package dev.refrain.gateway.settings;

import dev.refrain.gateway.settings.Draft.Part;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings: what the file says counts more than the defaults, what the environment says
 * more than the file, and what the flags say more than all.
 */
public final class SettingsLoader {
  /** The file that is read if it is there and no other is named. */
  public static final String FILE = "refrain.yaml";

  private static final String MISNAMED_FILE = "refrain.yml";

  private final Path directory;
  private final Map<String, String> environment;
  private final long heapBytesMax;

  /**
   * Reads in these surroundings.
   *
   * @param directory the working directory
   * @param environment the variables
   * @param heapBytesMax how far the heap can grow
   */
  public SettingsLoader(Path directory, Map<String, String> environment, long heapBytesMax) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.heapBytesMax = heapBytesMax;
  }

  /**
   * Returns the settings.
   *
   * @throws SettingsRefusedException if anything in them is wrong; it says all that is
   */
  public LoadedSettings load(Flags flags) throws SettingsRefusedException {
    var draft = read(flags);
    var limits = LimitsRows.limits(draft.values(), heapBytesMax);
    var settings =
        new Settings(
            GeneralRows.listen(draft),
            UpstreamRows.upstreams(draft, environment),
            GeneralRows.memoryBytes(draft, heapBytesMax),
            DataRows.data(draft, environment),
            RuleRows.rules(draft),
            limits,
            LimitsRows.bodiesBytesMax(draft.values(), heapBytesMax),
            ConnectionsRows.connections(draft.values(), limits.flightsMax()),
            RetryRows.retry(draft.values()),
            GeneralRows.access(draft, environment),
            GeneralRows.credentialHeaders(draft.values()),
            ControlsRows.controls(draft),
            AskRows.ask(draft, environment),
            DemoRows.demo(draft.values()),
            AdminRows.admin(draft, environment),
            FigureRows.figures(draft),
            TraceRows.traces(draft, environment),
            draft.values().get(DataRows.KEEP_REQUESTS));
    draft.complaints().refuseIfAny();
    return new LoadedSettings(settings, values(draft), draft.warnings());
  }

  /**
   * Returns the file of gateway keys alone, or null; what else is set needs not be right for that,
   * only readable: secrets are not there for whoever makes keys.
   *
   * @throws SettingsRefusedException if anything in them cannot be read
   */
  public @Nullable Path keys(Flags flags) throws SettingsRefusedException {
    var draft = read(flags);
    draft.complaints().refuseIfAny();
    return draft.file(draft.values(), GeneralRows.KEYS);
  }

  /**
   * Returns where the gateway is, and what opens its door, as far as this can be told here: the
   * token may be where only the gateway can read it.
   *
   * @throws SettingsRefusedException if anything in the settings cannot be read
   */
  public Whereabouts whereabouts(Flags flags) throws SettingsRefusedException {
    var draft = read(flags);
    draft.complaints().refuseIfAny();
    return new Whereabouts(
        GeneralRows.listen(draft), AdminRows.token(draft, environment), FigureRows.prices(draft));
  }

  private Draft read(Flags flags) {
    var draft = new Draft(directory);
    readFile(flags.config(), draft);
    Environment.read(environment, draft);
    flags.read(draft);
    return draft;
  }

  private void readFile(@Nullable String flag, Draft draft) {
    String variable = environment.getOrDefault(Environment.CONFIG, "");
    if (flag != null) {
      readNamed(flag, new Origin.Flag("--config"), draft);
    } else if (!variable.isEmpty()) {
      readNamed(variable, new Origin.Variable(Environment.CONFIG), draft);
    } else if (Files.exists(directory.resolve(FILE))) {
      SettingsFile.read(directory.resolve(FILE), Path.of(FILE), draft);
    } else if (Files.exists(directory.resolve(MISNAMED_FILE))) {
      draft.warn(MISNAMED_FILE + " is not read: call it " + FILE + ", or name it with --config");
    }
  }

  private void readNamed(String name, Origin origin, Draft draft) {
    try {
      Path file = directory.resolve(name);
      if (Files.isReadable(file) && !Files.isDirectory(file)) {
        SettingsFile.read(file, Path.of(name), draft);
        return;
      }
    } catch (InvalidPathException e) {
      // said below
    }
    draft.complain(origin, "cannot read the file " + BadTextException.quoted(name));
  }

  private static List<SettingValue> values(Draft draft) {
    var values = new ArrayList<SettingValue>();
    for (var setting : Table.single()) {
      values.add(value(setting.path(), setting, draft.values()));
    }
    addNamed(UpstreamRows.SECTION, draft.upstreams(), values);
    addNamed(CredentialRows.SECTION, draft.credentials(), values);
    for (int i = 0; i < draft.rules().size(); i++) {
      var rule = draft.rules().get(i).values();
      for (var setting : RuleRows.SECTION.settings()) {
        if (rule.isGiven(setting)) {
          String path = RuleRows.NAME + "[" + i + "]." + setting.name();
          values.add(value(path, setting, rule));
        }
      }
    }
    return values;
  }

  private static void addNamed(
      Section section, Map<String, Part> parts, List<SettingValue> values) {
    for (var part : parts.entrySet()) {
      for (var setting : section.settings()) {
        String path = section.name() + "." + part.getKey() + "." + setting.name();
        values.add(value(path, setting, part.getValue().values()));
      }
    }
  }

  private static SettingValue value(String path, Setting<?> setting, Values values) {
    return new SettingValue(path, values.text(setting), values.origin(setting));
  }
}
