package dev.refrain.gateway.settings;

/**
 * A host and a port.
 *
 * @param host without the brackets of IPv6
 */
record Address(String host, int port) {
  private static final int PORT_MAX = 65_535;

  /** Returns whether only this machine gets there. */
  boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /** Reads {@code HOST:PORT}. */
  record AddressType() implements Type<Address> {
    @Override
    public String expected() {
      return "HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for all networks";
    }

    @Override
    public Address read(String text) throws BadTextException {
      int colon = text.lastIndexOf(':');
      String host = (colon < 0) ? "" : host(text.substring(0, colon));
      int port = (colon < 0) ? -1 : port(text.substring(colon + 1));
      if (host.isEmpty() || port < 0) {
        throw BadTextException.expected(expected(), text);
      }
      return new Address(host, port);
    }

    /** Returns the host, or nothing if it is none. */
    private static String host(String text) {
      boolean bracketed = text.startsWith("[") && text.endsWith("]");
      String host = bracketed ? text.substring(1, text.length() - 1) : text;
      for (int i = 0; i < host.length(); i++) {
        char c = host.charAt(i);
        boolean inHost = Character.isLetterOrDigit(c) || "-._%".indexOf(c) >= 0;
        if (!inHost && !(c == ':' && bracketed)) {
          return "";
        }
      }
      return host;
    }

    private static int port(String text) {
      if (text.isEmpty() || text.length() > 5 || Durations.digits(text) != text.length()) {
        return -1;
      }
      int port = Integer.parseInt(text);
      return (port <= PORT_MAX) ? port : -1;
    }
  }
}
