package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.Locale;

/** The header in which a provider wants to be shown a credential. */
public enum CredentialHeader {
  /** As most do: {@code Bearer}, and the key. */
  AUTHORIZATION,
  /** As Anthropic does. */
  X_API_KEY,
  /** As Azure does. */
  API_KEY,
  /** As Gemini does. */
  X_GOOG_API_KEY;

  private final String header = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Returns the name of the header. */
  public String header() {
    return header;
  }

  /** Returns the value of the header. */
  public String value(Secret secret) {
    return (this == AUTHORIZATION) ? "Bearer " + secret.value() : secret.value();
  }

  /** Returns what an upstream wants as far as its name and host tell. */
  static CredentialHeader usual(String name, URI url) {
    String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    if (name.equals("anthropic") || isOf(host, "anthropic.com")) {
      return X_API_KEY;
    }
    if (name.equals("gemini") || host.equals("generativelanguage.googleapis.com")) {
      return X_GOOG_API_KEY;
    }
    return (isOf(host, "openai.azure.com") || isOf(host, "cognitiveservices.azure.com"))
        ? API_KEY
        : AUTHORIZATION;
  }

  private static boolean isOf(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }
}
