package dev.refrain.gateway.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One of the program's commands. */
interface Command {
  /** Returns what it takes, and its help. */
  CommandSpec specification();

  /** Does it, and returns the exit code. */
  int execute(ParseResult parsed);
}
