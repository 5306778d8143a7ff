package dev.refrain;

/** Where a recording lies: an answer in one of its forms. */
public record Slot(Key key, Form form) {}
