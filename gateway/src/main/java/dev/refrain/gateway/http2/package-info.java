/**
 * What stands before Vert.x on connections of HTTP/2, so that nobody takes the time of others or
 * costs them their answers.
 */
@NullMarked
package dev.refrain.gateway.http2;

import org.jspecify.annotations.NullMarked;
