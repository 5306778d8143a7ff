package dev.refrain.gateway.cli;

/** Emphasis, if anybody sees it. */
record Style(boolean coloured) {
  String bold(String text) {
    return with("1", text);
  }

  String green(String text) {
    return with("32", text);
  }

  String red(String text) {
    return with("31", text);
  }

  String faint(String text) {
    return with("2", text);
  }

  private String with(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
