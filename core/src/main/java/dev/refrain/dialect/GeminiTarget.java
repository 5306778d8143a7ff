package dev.refrain.dialect;

import dev.refrain.Form;
import java.util.ArrayList;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What path and query of a request say to Gemini.
 *
 * @param form in which the answer is wanted; null if that is in doubt
 * @param deciding what of them decides the answer
 */
record GeminiTarget(String model, @Nullable Form form, String deciding) {

  /*
   * target   = version ["/" place] "/models/" model ":" action ["?" query]
   * action   = "generateContent" | "streamGenerateContent"
   * place    = where Vertex AI has its models
   *
   * In "deciding" the action is always the first, "alt" is gone, which says how a stream is told,
   * and so are credentials, which are the scope's. All else stays, and so does whatever is spelled
   * in another way than here: it makes keys of its own, which is safe.
   */

  static final Form EVENTS = new Form("sse");
  static final Form ARRAY = new Form("array");

  private static final String WHOLE_ACTION = ":generateContent";
  private static final String STREAM_ACTION = ":streamGenerateContent";
  private static final Pattern MODEL =
      Pattern.compile(
          "/v1(?:alpha|beta)?1?/"
              + "(?:(?:projects/[\\w.-]+/locations/[\\w-]+/)?publishers/google/)?"
              + "models/([\\w.@-]+)");
  private static final Set<String> CREDENTIALS = Set.of("key", "access_token");

  /** Tells whether a path is one of Gemini's calls. */
  static boolean isCall(String path) {
    return matcher(path) != null;
  }

  /** Returns what a target says, or null if it is none of Gemini's calls. */
  static @Nullable GeminiTarget of(String target) {
    int mark = target.indexOf('?');
    var path = (mark < 0) ? target : target.substring(0, mark);
    var found = matcher(path);
    if (found == null) {
      return null;
    }
    var alts = new ArrayList<String>();
    var deciding = new StringBuilder(found.group()).append(WHOLE_ACTION);
    char separator = '?';
    for (var parameter : (mark < 0) ? new String[0] : target.substring(mark + 1).split("&", -1)) {
      var name = parameter.split("=", 2)[0];
      if (name.endsWith("alt")) {
        alts.add(parameter);
      } else if (!CREDENTIALS.contains(name)) {
        deciding.append(separator).append(parameter);
        separator = '&';
      }
    }
    var form = form(path.endsWith(STREAM_ACTION), String.join("&", alts));
    return new GeminiTarget(found.group(1), form, deciding.toString());
  }

  private static @Nullable Matcher matcher(String path) {
    var action = path.endsWith(STREAM_ACTION) ? STREAM_ACTION : WHOLE_ACTION;
    if (!path.endsWith(action)) {
      return null;
    }
    var matcher = MODEL.matcher(path).region(0, path.length() - action.length());
    return matcher.matches() ? matcher : null;
  }

  private static @Nullable Form form(boolean streamed, String alts) {
    return switch (alts) {
      case "", "alt=json" -> streamed ? ARRAY : Form.WHOLE;
      case "alt=sse" -> streamed ? EVENTS : null;
      default -> null;
    };
  }
}
