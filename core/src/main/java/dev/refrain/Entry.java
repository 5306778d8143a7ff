package dev.refrain;

/**
 * What is known of an entry without its bytes.
 *
 * @param bytes how many bytes its reply has
 * @param hits how often it was asked for, as far as its tier counts
 */
public record Entry(
    Slot slot, Stamp stamp, long bornMillis, long tookMillis, Usage usage, int bytes, long hits) {}
