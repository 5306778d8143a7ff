/**
 * The console: a page for the operator, and what it asks for. Its files lie beside, as resources.
 */
@NullMarked
package dev.refrain.gateway.console;

import org.jspecify.annotations.NullMarked;
