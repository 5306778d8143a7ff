/**
 * The gateway: a server in front of the engine, and a client behind it. {@link
 * dev.refrain.gateway.Front} is where requests come in.
 */
@NullMarked
package dev.refrain.gateway;

import org.jspecify.annotations.NullMarked;
