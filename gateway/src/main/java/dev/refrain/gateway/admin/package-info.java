/**
 * What belongs to the operator, under {@code /-/}: who may use it, what there is, and what each of
 * it does. It knows of Vert.x only where something is streamed.
 */
@NullMarked
package dev.refrain.gateway.admin;

import org.jspecify.annotations.NullMarked;
