/**
 * JSON as a key needs it: strictly judged, read in place without copies, and given again in one
 * canonical form. A leaf package: it knows nothing of language models.
 */
@NullMarked
package dev.refrain.json;

import org.jspecify.annotations.NullMarked;
