/**
 * Wire formats: what a request asks for, whether a reply is one to give again, and how one form of
 * it becomes another.
 */
@NullMarked
package dev.refrain.dialect;

import org.jspecify.annotations.NullMarked;
