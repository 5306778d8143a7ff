/**
 * The command line: {@link dev.refrain.gateway.cli.Program} runs it, and leaves exiting to its
 * caller.
 */
@NullMarked
package dev.refrain.gateway.cli;

import org.jspecify.annotations.NullMarked;
