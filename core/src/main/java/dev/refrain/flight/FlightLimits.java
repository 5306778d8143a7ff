package dev.refrain.flight;

import java.time.Duration;

/**
 * The bounds of flights.
 *
 * @param flightsMax how many may be in the air at once
 * @param flightTimeMax how long one may take
 * @param linger how long one flies on after its last reader has left
 */
public record FlightLimits(int flightsMax, Duration flightTimeMax, Duration linger) {}
