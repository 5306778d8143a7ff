/** The short way of hits whose heads were read before, past the HTTP server. */
@NullMarked
package dev.refrain.gateway.express;

import org.jspecify.annotations.NullMarked;
