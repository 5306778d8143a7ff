package dev.refrain.flight;

/**
 * What is in the air at a moment.
 *
 * @param passengers all who are aboard
 * @param followers those who came after the first of their flight
 * @param fullest the most followers that one flight has
 */
public record Traffic(int flights, int passengers, int followers, int fullest) {}
