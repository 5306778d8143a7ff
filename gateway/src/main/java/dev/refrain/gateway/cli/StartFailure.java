package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.Listen;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says why a server did not start, and what can be done about it. */
final class StartFailure {
  private static final int CAUSES_MAX = 10;

  private StartFailure() {}

  static String explain(IOException failure, Listen listen) {
    String where = "cannot listen on " + Greeting.authority(listen.host(), listen.port()) + ": ";
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      String known = known(cause);
      if (!known.isEmpty()) {
        return where + known;
      }
      cause = cause.getCause();
    }
    String message = failure.getMessage();
    return "cannot start: " + ((message == null) ? failure.toString() : message);
  }

  /** Returns what people know this cause as, or nothing. Native sockets say it in words only. */
  private static String known(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("address already in use")) {
      return "the port is in use; stop what uses it, or choose another (--listen HOST:PORT)";
    }
    if (message.contains("permission denied")) {
      return "this user may not use that port; choose one above 1023 (--listen HOST:PORT)";
    }
    if (message.contains("cannot assign requested address")
        || message.contains("can't assign requested address")
        || cause instanceof UnknownHostException
        || cause instanceof UnresolvedAddressException) {
      return "this machine has no such address; 0.0.0.0 stands for all that it has";
    }
    return "";
  }
}
