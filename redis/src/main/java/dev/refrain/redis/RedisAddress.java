package dev.refrain.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Redis or Valkey is, as {@code REDIS_URL} says it.
 *
 * <pre>
 *   redis://[[user]:password@]host[:port][/database]           one server
 *   rediss://…                                                 the same over TLS
 *   redis-socket:///path                                       a Unix socket
 *   redis-sentinel://[:password@]host[:port][,host…][/database]#name   whom Sentinel says;
 *                                                              rediss-sentinel:// over TLS
 *   redis://host[:port][,host…]?cluster                        a cluster; rediss:// as well
 * </pre>
 *
 * <p>Over TLS, servers must prove who they are; {@code ?verifyPeer=CA} lets their names be others,
 * and {@code ?verifyPeer=NONE} anybody.
 */
public final class RedisAddress {
  private static final Logger log = LoggerFactory.getLogger(RedisAddress.class);
  private static final Pattern SECRET = Pattern.compile("(?<=//)[^/@]*@");
  private static final Pattern SECRET_PARAMETER = Pattern.compile("(?i)(password=)[^&#]*");
  private static final Pattern CLUSTER = Pattern.compile("([?&])cluster(?:=true)?(&|(?=#)|$)");

  private final String shown;
  private final boolean cluster;
  private final List<RedisURI> servers;
  private final @Nullable Path authorities;

  private RedisAddress(
      String shown, boolean cluster, List<RedisURI> servers, @Nullable Path authorities) {
    this.shown = shown;
    this.cluster = cluster;
    this.servers = servers;
    this.authorities = authorities;
  }

  /** Reads an address; what it complains of shows no password. */
  public static RedisAddress parse(String url) {
    var shown =
        SECRET_PARAMETER.matcher(SECRET.matcher(url).replaceAll("***@")).replaceAll("$1***");
    boolean cluster = CLUSTER.matcher(url).find();
    var plain = CLUSTER.matcher(url).replaceAll(m -> m.group(2).isEmpty() ? "" : m.group(1));
    try {
      var servers =
          cluster
              ? RedisClusterURIUtil.toRedisURIs(URI.create(plain))
              : List.of(RedisURI.create(plain));
      if (servers.stream().allMatch(RedisAddress::isSomewhere)) {
        return new RedisAddress(shown, cluster, servers, null);
      }
    } catch (IllegalArgumentException | NullPointerException e) {
      log.debug("Lettuce cannot read {}: {}", shown, e.getClass()); // its words show the password
    }
    throw new IllegalArgumentException(
        shown + " is no address of Redis; one looks like redis://host:6379");
  }

  private static boolean isSomewhere(RedisURI server) {
    boolean hasHost = server.getHost() != null && !server.getHost().isEmpty();
    return hasHost || server.getSocket() != null || !server.getSentinels().isEmpty();
  }

  /** Returns the same servers, for whom these authorities must vouch, and no others; as PEM. */
  public RedisAddress trusting(Path authorities) {
    return new RedisAddress(shown, cluster, servers, authorities);
  }

  /** Returns whether servers prove who they are. */
  public boolean isOverTls() {
    return servers.stream().anyMatch(RedisURI::isSsl);
  }

  /** Returns who may vouch for the servers; null for those that Java trusts. */
  @Nullable Path authorities() {
    return authorities;
  }

  /** Returns whether it is the address of a cluster. */
  public boolean isCluster() {
    return cluster;
  }

  /** Returns the one server, or one for each seed of a cluster. */
  List<RedisURI> servers() {
    return servers;
  }

  /** Returns the address without its secrets. */
  @Override
  public String toString() {
    return shown;
  }
}
