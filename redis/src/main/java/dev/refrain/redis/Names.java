package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.Slot;
import dev.refrain.tier.Cover;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What lies where in Redis. */
final class Names {
  /*
   * entry  = prefix ":1:{" key "}:entry:" form       all of one key lies in one slot of a cluster
   * lease  = prefix ":1:{" key "}:lease"
   * relay  = prefix ":1:{" key "}:relay:" token
   * wire   = prefix ":1:{" key "}:wire:" token       a channel
   * node   = prefix ":1:node:" name                  a channel
   * fleet  = prefix ":1:{fleet}:" what
   * tally  = prefix ":1:{fleet}:tally:" key
   * key    = what the cover makes of the key, in base64
   * 1      = the version of all that lies there: of another version, nothing is ever read
   */

  private static final Form NO_FORM = new Form("");
  private static final Form TALLY = new Form("tally");
  private static final String VERSION = ":1:";

  private final String prefix;
  private final Cover cover;

  Names(String prefix, Cover cover) {
    this.prefix = prefix + VERSION;
    this.cover = cover;
  }

  /** Where an entry may lie, and the name under which it was covered. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Place(byte[] key, byte[] name) {}

  /** Returns where the entry of a slot may lie; it is stored in the first place. */
  List<Place> places(Slot slot) {
    var names = cover.names(slot);
    var keys = cover.names(new Slot(slot.key(), NO_FORM));
    var places = new ArrayList<Place>(names.size());
    for (int i = 0; i < names.size(); i++) {
      places.add(new Place(ofKey(keys.get(i), "entry:" + slot.form().name()), names.get(i)));
    }
    return places;
  }

  /** Returns the name that the cover binds to what belongs to a key. */
  byte[] cover(Key key) {
    return cover.names(new Slot(key, NO_FORM)).getFirst();
  }

  /** Returns the name of something that belongs to a key. */
  byte[] ofKey(Key key, String what) {
    return ofKey(cover(key), what);
  }

  private byte[] ofKey(byte[] covered, String what) {
    return (prefix + "{" + base64(covered) + "}:" + what).getBytes(UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the name of something that belongs to the fleet, all in one slot of a cluster. */
  byte[] ofFleet(String what) {
    return (prefix + "{fleet}:" + what).getBytes(US_ASCII);
  }

  /** Returns where a sheet may lie on which nodes count something; it is written in the first. */
  List<Place> tallies(String what) {
    return cover.names(new Slot(Key.of(sha256(what)), TALLY)).stream()
        .map(name -> new Place(ofFleet("tally:" + base64(name)), name))
        .toList();
  }

  /** Returns the channel on which a node is hailed. */
  byte[] ofNode(String node) {
    return (prefix + "node:" + node).getBytes(UTF_8);
  }

  /** Returns the pattern of all entries. */
  String entries() {
    var literal = prefix.replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
    return literal + "{*}:entry:*";
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
