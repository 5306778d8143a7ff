package dev.refrain.gateway.settings;

/** A setting as it is, for people: its path, the value as written, and where that was. */
public record SettingValue(String path, String text, Origin origin) {}
