package dev.refrain.gateway.cli;

import dev.refrain.gateway.cli.Finding.Health;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Origin;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.settings.SettingsRefusedException;
import dev.refrain.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code refrain doctor}: looks for what is wrong, and says what to do about it. */
final class DoctorCommand implements Command {
  private final Surroundings surroundings;
  private final InstantSource clock;

  DoctorCommand(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  @Override
  public CommandSpec specification() {
    var doctor =
        CommandSpec.create()
            .addOption(
                KeysCommand.option(
                    "--config", "FILE", "The settings; refrain.yaml if that is here."))
            .addOption(
                OptionSpec.builder("--json").description("Print JSON, for programs.").build())
            .addOption(Program.help());
    doctor
        .usageMessage()
        .description("Looks for what is wrong, and says what to do about it.")
        .sortOptions(false)
        .optionListHeading("%nOptions:%n")
        .footer(
            "",
            "It looks at settings, whether the gateway runs, whether upstreams and Redis can",
            "be reached and let it in, at clocks, at the disk and who has what lies there, at",
            "files, at prices, and at the limits of this process. It changes nothing, and",
            "shows nobody a key.",
            "",
            "Examples:",
            "  refrain doctor",
            "  refrain doctor --config /etc/refrain.yaml --json",
            "",
            "Exit codes: 0 nothing is bad, 1 something is, 2 wrong use or settings");
    return doctor;
  }

  @Override
  public int execute(ParseResult parsed) {
    if (parsed.isUsageHelpRequested()) {
      parsed.commandSpec().commandLine().usage(surroundings.out());
      return ExitCode.OK;
    }
    var findings = new ArrayList<Finding>();
    int code = ExitCode.OK;
    try {
      examine(load(parsed), findings);
    } catch (SettingsRefusedException e) {
      code = ExitCode.WRONG_USE;
      for (var complaint : e.complaints()) {
        findings.add(Finding.bad("settings", complaint.toString(), "Mend it, or leave it out."));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.CANNOT_RUN;
    }
    if (parsed.hasMatchedOption("--json")) {
      surroundings.out().println(json(findings));
    } else {
      findings.forEach(this::print);
    }
    boolean bad = findings.stream().anyMatch(finding -> finding.health() == Health.BAD);
    return (code == ExitCode.OK && bad) ? ExitCode.CANNOT_RUN : code;
  }

  private LoadedSettings load(ParseResult parsed) throws SettingsRefusedException {
    String config = parsed.matchedOptionValue("--config", null);
    return new SettingsLoader(
            surroundings.directory(), surroundings.environment(), Runtime.getRuntime().maxMemory())
        .load(new Flags(config, null, null, List.of(), List.of()));
  }

  private void examine(LoadedSettings loaded, List<Finding> findings) throws InterruptedException {
    findings.add(Finding.good("settings", "all can be read"));
    for (var warning : loaded.warnings()) {
      findings.add(Finding.doubtful("settings", warning, ""));
    }
    var settings = loaded.settings();
    try (var network = new NetworkExamination(clock)) {
      var gateway = network.gateway(settings.listen());
      findings.add(gateway);
      for (var upstream : settings.upstreams()) {
        findings.addAll(network.upstream(upstream, isGiven(loaded, upstream.name())));
      }
      var shared = settings.data().shared();
      if (shared != null) {
        findings.addAll(RedisExamination.of(shared, clock, network));
      }
      findings.addAll(network.clock());
      boolean runs = gateway.health() == Health.GOOD;
      findings.addAll(DiskExamination.of(settings.data(), runs, clock));
    }
    findings.addAll(MachineExamination.of(settings, clock));
  }

  /** Returns whether somebody configured an upstream, so that it is meant to be used. */
  private static boolean isGiven(LoadedSettings loaded, String upstream) {
    return loaded.values().stream()
        .filter(value -> value.path().equals("upstreams." + upstream + ".url"))
        .anyMatch(value -> !(value.origin() instanceof Origin.Default));
  }

  private void print(Finding finding) {
    var style = new Style(surroundings.coloured());
    var mark =
        switch (finding.health()) {
          case GOOD -> style.green("ok  ");
          case DOUBTFUL -> style.bold("?   ");
          case BAD -> style.red("BAD ");
        };
    surroundings.out().println(mark + finding.subject() + ": " + finding.said());
    if (!finding.advice().isEmpty()) {
      surroundings.out().println("      " + finding.advice());
    }
  }

  private static String json(List<Finding> findings) {
    var json = new JsonWriter().beginObject().name("findings").beginArray();
    for (var finding : findings) {
      json.beginObject().name("subject").string(finding.subject());
      json.name("health").string(finding.health().name().toLowerCase(Locale.ROOT));
      json.name("said").string(finding.said()).name("advice").string(finding.advice());
      json.endObject();
    }
    return new String(json.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
  }
}
