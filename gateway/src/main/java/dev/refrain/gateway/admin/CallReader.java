package dev.refrain.gateway.admin;

import dev.refrain.Call;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a request as the gateway would if somebody asked it, without asking anybody. */
public interface CallReader {
  /**
   * A request that is only talked about.
   *
   * @param target path and query
   * @param headers as a caller would send them, credentials included
   * @param scope of the caller; null if the headers say who he is
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Asked(String method, String target, Headers headers, byte[] body, @Nullable Scope scope) {}

  /** Returns the call that it is. */
  Call read(Asked asked) throws AdminRefusal;

  /** Returns the keys under which answers to it may lie. */
  List<Key> keys(Asked asked) throws AdminRefusal;
}
