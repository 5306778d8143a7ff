package dev.refrain.gateway.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway is, and what opens its door for the operator.
 *
 * @param token null if there is none, or it cannot be read from here
 * @param prices the file of what models cost; null if there is none
 */
public record Whereabouts(Listen listen, @Nullable Secret token, @Nullable Path prices) {}
