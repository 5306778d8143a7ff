package dev.refrain;

import java.util.List;
import java.util.Set;

/**
 * What a dialect understood of a request, besides the digest of its body.
 *
 * @param form the form in which the answer is wanted
 * @param sources other forms from which that one can be made, the best first
 * @param siblings all other usual forms of the same answer
 * @param model the model asked for
 * @param choices how many answers are wanted at once
 * @param limited whether the caller set the length at which the answer may be cut
 * @param objections why this should perhaps not be looked up; an operator may forgive some
 */
public record Facts(
    Form form,
    List<Form> sources,
    List<Form> siblings,
    String model,
    int choices,
    boolean limited,
    Set<Reason> objections) {
  public Facts {
    sources = List.copyOf(sources);
    siblings = List.copyOf(siblings);
    objections = Set.copyOf(objections);
  }
}
