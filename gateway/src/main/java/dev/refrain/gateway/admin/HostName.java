package dev.refrain.gateway.admin;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Pattern;

/** The host in an authority such as {@code localhost:8484}, as it is compared. */
final class HostName {
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9A-Za-z._-]+))(?::\\d{0,5})?");

  private HostName() {}

  /** Returns the host in lower case, without port, brackets and final dot; "" if there is none. */
  static String of(String authority) {
    var text = authority.strip();
    if (NetUtil.isValidIpV6Address(text)) {
      return text.toLowerCase(Locale.ROOT);
    }
    var matcher = AUTHORITY.matcher(text);
    if (!matcher.matches()) {
      return "";
    }
    var address = matcher.group(1);
    var lower = ((address == null) ? matcher.group(2) : address).toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** Returns whether a host, as {@link #of} returns it, is this machine whatever a DNS says. */
  static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    var address = NetUtil.createInetAddressFromIpAddressString(host);
    return address != null && address.isLoopbackAddress();
  }
}
