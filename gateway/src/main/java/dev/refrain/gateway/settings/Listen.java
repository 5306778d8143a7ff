package dev.refrain.gateway.settings;

import org.jspecify.annotations.Nullable;

/**
 * Where clients connect.
 *
 * @param port 0 for any that is free
 * @param tls null for plain HTTP
 */
public record Listen(String host, int port, @Nullable Tls tls) {}
