/** What the gateway counts and measures: metrics, savings, the access log. */
@NullMarked
package dev.refrain.gateway.figures;

import org.jspecify.annotations.NullMarked;
