package dev.refrain.gateway.settings;

import java.time.Duration;

/**
 * What several gateways share.
 *
 * @param url of Redis, which may hold a password
 * @param prefix of all names there
 * @param waitMax how long a call waits for it at most
 */
public record Shared(Secret url, String prefix, Duration waitMax) {}
