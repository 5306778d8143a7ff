package dev.refrain;

import java.util.List;

/**
 * One request, reduced to what decides its answer, and what its caller wishes. Made by {@link
 * LlmCache#read}.
 *
 * @param namespace the prompt version or the like to which the caller assigned it
 * @param tags by which the answer can be invalidated, as the caller named them
 */
public record Call(
    Request request,
    Scope scope,
    Meaning meaning,
    Directives directives,
    String namespace,
    List<String> tags) {}
