package dev.refrain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may share an answer. A required part of every {@link Key}: there is no scope for "everyone",
 * only names that somebody chose.
 */
public final class Scope {

  /* Each kind of scope has its own prefix, so that no tenant can be named like a credential. */

  private static final List<String> KINDS = List.of("tenant:", "shared:", "credentials:");

  private final String id;
  private final String tag;

  private Scope(String id) {
    this.id = id;
    this.tag = "scope:" + id;
  }

  /** All callers of one tenant, by the name under which the operator knows it. */
  public static Scope tenant(String name) {
    return named("tenant:", name);
  }

  /** All callers of the tenants whom the operator lets share one scope, by the name he gave it. */
  public static Scope shared(String name) {
    return named("shared:", name);
  }

  /**
   * All callers who hold the same credentials. The scope is a keyed hash (HMAC-SHA256) of them, so
   * that neither a key nor a log tells the credential. Callers without any share one scope, too.
   */
  public static Scope credentials(byte[] hashKey, List<String> credentials) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
      for (var credential : credentials) {
        var bytes = credential.getBytes(StandardCharsets.UTF_8);
        mac.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        mac.update(bytes);
      }
      return new Scope("credentials:" + HexFormat.of().formatHex(mac.doFinal()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static Scope named(String kind, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a scope needs a name");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("half a character in the name of a scope");
    }
    return new Scope(kind + name);
  }

  /** Returns the scope of this name, as {@link #id} returns it. */
  public static Scope of(String id) {
    for (var kind : KINDS) {
      if (id.startsWith(kind)) {
        return named(kind, id.substring(kind.length()));
      }
    }
    throw new IllegalArgumentException("a scope begins with one of " + String.join(", ", KINDS));
  }

  /** Returns the name of this scope, which holds no secret. */
  public String id() {
    return id;
  }

  /** Returns the tag of all answers within this scope. */
  String tag() {
    return tag;
  }

  @Override
  public boolean equals(Object other) {
    return (other instanceof Scope that) && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }

  @Override
  public String toString() {
    return id;
  }
}
