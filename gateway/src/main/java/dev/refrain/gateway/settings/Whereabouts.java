package dev.refrain.gateway.settings;

import org.jspecify.annotations.Nullable;

/**
 * Where a gateway is, and what opens its door for the operator.
 *
 * @param token null if there is none, or it cannot be read from here
 */
public record Whereabouts(Listen listen, @Nullable Secret token) {}
