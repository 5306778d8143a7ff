/** Traces by OpenTelemetry, and all that knows of it: loaded only where traces are wanted. */
@NullMarked
package dev.refrain.gateway.traces;

import org.jspecify.annotations.NullMarked;
