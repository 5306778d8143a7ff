package dev.refrain.gateway.settings;

import dev.refrain.Limits;
import dev.refrain.Rules;
import java.util.List;

/**
 * All that an operator decides.
 *
 * @param upstreams in the order of configuration, the known ones first
 * @param memoryBytes how much the memory tier may hold
 * @param bodiesBytesMax how much the bodies of all requests under way may take
 * @param keepsRequests whether what was asked is kept with each answer
 * @param credentialHeaders further request headers that are credentials, in lower case
 */
public record Settings(
    Listen listen,
    List<UpstreamSettings> upstreams,
    long memoryBytes,
    Data data,
    Rules rules,
    Limits limits,
    long bodiesBytesMax,
    Connections connections,
    Retry retry,
    Access access,
    List<String> credentialHeaders,
    Controls controls,
    Ask ask,
    Demo demo,
    Admin admin,
    FigureSettings figures,
    TraceSettings traces,
    boolean keepsRequests) {

  public Settings {
    upstreams = List.copyOf(upstreams);
    credentialHeaders = List.copyOf(credentialHeaders);
  }
}
