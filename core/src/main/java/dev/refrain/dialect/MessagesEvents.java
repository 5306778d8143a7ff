package dev.refrain.dialect;

/** What the events of Anthropic's streams are called; their data say so, too. */
final class MessagesEvents {
  static final String START = "message_start";
  static final String BLOCK_START = "content_block_start";
  static final String BLOCK_DELTA = "content_block_delta";
  static final String BLOCK_STOP = "content_block_stop";
  static final String DELTA = "message_delta";
  static final String STOP = "message_stop";
  static final String PING = "ping";
  static final String ERROR = "error";

  private MessagesEvents() {}
}
