/**
 * What an operator can set, and how it is read: {@link dev.refrain.gateway.settings.Settings} is
 * the result, {@link dev.refrain.gateway.settings.SettingsLoader} reads it from the defaults, the
 * file, the environment and the flags.
 */
@NullMarked
package dev.refrain.gateway.settings;

import org.jspecify.annotations.NullMarked;
