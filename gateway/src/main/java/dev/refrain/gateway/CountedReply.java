package dev.refrain.gateway;

import dev.refrain.Reply;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.TokenCount;
import dev.refrain.gateway.figures.WatchedReply;
import java.util.function.Consumer;

/** A reply of which is told how many tokens it cost. */
final class CountedReply extends WatchedReply {
  private final int requestLength;
  private final Consumer<Usage> told;
  private final TokenCount count = new TokenCount();

  CountedReply(Reply reply, int requestLength, Consumer<Usage> told) {
    super(reply);
    this.requestLength = requestLength;
    this.told = told;
  }

  @Override
  protected void take(byte[] chunk) {
    count.add(chunk);
  }

  @Override
  protected void tell() {
    told.accept(count.usage(requestLength));
  }

  @Override
  protected void tellOfError() {
    told.accept(Usage.NONE);
  }
}
