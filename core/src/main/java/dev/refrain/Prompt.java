package dev.refrain;

import dev.refrain.Reading.CanonicalBody;

/**
 * A request, parted into what a user asks and all else: two that ask nearly the same in equal
 * contexts may well be given the same answer.
 *
 * @param text the last message, as its user wrote it
 * @param context what of the body decides the answer besides that text
 */
public record Prompt(String text, CanonicalBody context) {}
