package dev.refrain;

import java.time.InstantSource;

/**
 * What all flights need on the ground.
 *
 * @param replyBytesMax larger replies are not taken down
 */
record Ground(Shelf shelf, Fleet fleet, InstantSource clock, int replyBytesMax) {}
