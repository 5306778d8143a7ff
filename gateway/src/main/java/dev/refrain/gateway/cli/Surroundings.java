package dev.refrain.gateway.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the program knows of the world.
 *
 * @param coloured whether people look at the output on a terminal
 * @param directory the working directory
 * @param environment the variables
 */
public record Surroundings(
    PrintWriter out,
    PrintWriter err,
    boolean coloured,
    Path directory,
    Map<String, String> environment) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
