package dev.refrain.gateway.figures;

import java.time.LocalDate;

/**
 * What was answered, saved and spent in a time.
 *
 * @param since its first day
 */
public record Period(LocalDate since, Totals totals) {}
