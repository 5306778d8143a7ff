package dev.refrain.gateway.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The URL of an upstream. A wrong one is never shown: who holds it may have put a secret there. */
record BaseUrl() implements Type<URI> {
  private static final int PORT_MAX = 65_535;

  @Override
  public String expected() {
    return "a URL such as https://api.example.com";
  }

  @Override
  public URI read(String text) throws BadTextException {
    URI url;
    try {
      url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    } catch (URISyntaxException e) {
      throw new BadTextException("expected " + expected() + ", and this is no URL");
    }
    String fault = fault(url);
    if (!fault.isEmpty()) {
      throw new BadTextException("expected " + expected() + ", and this one " + fault);
    }
    return url;
  }

  private static String fault(URI url) {
    String scheme = (url.getScheme() == null) ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return "does not begin with http:// or https://";
    }
    if (url.getRawUserInfo() != null) {
      return "has a user or password in it, which belong into the client's headers";
    }
    if (url.getHost() == null) {
      return "has no host, or one with characters that a host's name may not have";
    }
    if (url.getPort() > PORT_MAX || url.getPort() == 0) {
      return "has no possible port";
    }
    if (url.getRawQuery() != null) {
      return "has a query";
    }
    if (url.getRawFragment() != null) {
      return "has a fragment";
    }
    return "";
  }
}
