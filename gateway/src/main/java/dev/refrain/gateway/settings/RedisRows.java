package dev.refrain.gateway.settings;

import dev.refrain.redis.RedisAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Redis that several gateways share. */
final class RedisRows {
  /** Holds a password, and so is no setting, which are shown. */
  static final String VARIABLE = "REDIS_URL";

  private static final Setting<String> URL_FILE =
      Setting.optional(
          "redis.url-file",
          Name.FILE,
          "none: what REDIS_URL holds, if it is set",
          "The file that holds the address of the Redis or Valkey that several gateways share");
  private static final Setting<String> PREFIX =
      Setting.of(
          "redis.prefix",
          Name.UPSTREAM,
          "refrain",
          "How all names there begin, so that several fleets can share a server");
  private static final Setting<Duration> WAIT =
      Setting.of(
          "redis.wait",
          Type.duration("1ms", "10s"),
          "45ms",
          "How long a call waits for Redis before it goes on without it");
  private static final Setting<String> AUTHORITIES =
      Setting.optional(
          "redis.tls-authorities",
          Name.FILE,
          "those that Java trusts",
          "The certificates of the authorities that may vouch for it, as PEM; then no others do");

  static final Section SECTION =
      new Section(
          "redis",
          "What several gateways share, if `REDIS_URL` is set",
          List.of(URL_FILE, PREFIX, WAIT, AUTHORITIES));

  private RedisRows() {}

  /** Returns what is shared, or null if nothing is. */
  static @Nullable Shared shared(Draft draft, Map<String, String> environment) {
    var values = draft.values();
    var text = environment.getOrDefault(VARIABLE, "");
    boolean isInFile = values.isGiven(URL_FILE);
    var origin = isInFile ? values.origin(URL_FILE) : new Origin.Variable(VARIABLE);
    @Nullable Secret url = null;
    if (isInFile && !text.isEmpty()) {
      draft.complain(origin, "stands beside the variable " + VARIABLE);
    } else if (isInFile) {
      var file = draft.file(URL_FILE);
      url = (file == null) ? null : SecretSource.in(file, origin, draft);
    } else if (!text.isEmpty()) {
      url = SecretSource.checked(text, origin, draft, "that variable");
    }
    var address = (url == null) ? null : address(url, origin, draft);
    var authorities = authorities(address, draft);
    if (url == null || address == null) {
      return null;
    }
    return new Shared(url, values.get(PREFIX), values.get(WAIT), authorities);
  }

  private static @Nullable RedisAddress address(Secret url, Origin origin, Draft draft) {
    try {
      return RedisAddress.parse(url.value());
    } catch (IllegalArgumentException e) {
      draft.complain(origin, "expected an address such as redis://host:6379");
      return null;
    }
  }

  private static @Nullable Path authorities(@Nullable RedisAddress address, Draft draft) {
    var values = draft.values();
    var file = TlsRows.readable(values, AUTHORITIES, draft);
    if (file == null) {
      return null;
    }
    TlsRows.complainOf(TlsFiles.faultOfCertificate(file), values, AUTHORITIES, draft);
    if (address != null && !address.isOverTls()) {
      draft.complain(
          values.origin(AUTHORITIES), "needs a " + VARIABLE + " that begins with rediss");
    }
    return file;
  }
}
