package dev.refrain.gateway.settings;

import java.nio.file.Path;

/** With what the gateway proves who it is, in PEM files. */
public record Tls(Path certificate, Path key) {}
