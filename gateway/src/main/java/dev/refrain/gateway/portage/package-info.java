/** Carries entries out of the cache into files and back: how they are written, what is believed. */
@NullMarked
package dev.refrain.gateway.portage;

import org.jspecify.annotations.NullMarked;
