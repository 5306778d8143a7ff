package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Chunks;
import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Heat;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tier;
import dev.refrain.Usage;
import dev.refrain.testing.TierContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A parcel gives back what was packed, or nothing. */
final class ParcelsTest {
  private static final String SECRET = "a secret of many letters";
  private static final String TEXT = "The refrain is sung again.";
  private static final Slot SLOT = new Slot(new Key(1, 2, 3, 4), Form.WHOLE);

  private static Stream<Parcels> parcels() {
    return Stream.of(Parcels.under(Cover.none()), Parcels.under(Cover.of(SECRET)));
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void aFlippedBitAnywhereIsNoticed(Parcels parcels) throws Exception {
    var parcel = parcels.pack(recording(SLOT, TEXT));
    for (var part : List.of(parcel.name(), parcel.head(), parcel.body())) {
      for (int bit = 0; bit < Byte.SIZE * part.length; bit++) {
        part[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        assertThatThrownBy(() -> parcels.open(parcel)).isInstanceOf(IOException.class);
        part[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      }
    }
    assertThat(parcels.open(SLOT, parcel)).isEqualTo(recording(SLOT, TEXT));
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void aPartThatIsCutOffIsNoticed(Parcels parcels) {
    var parcel = parcels.pack(recording(SLOT, TEXT));
    for (int length = 0; length < parcel.head().length; length++) {
      var cut = new Parcel(parcel.name(), Arrays.copyOf(parcel.head(), length), parcel.body());
      assertThatThrownBy(() -> parcels.open(cut)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> parcels.entry(cut.name(), cut.head(), 0))
          .isInstanceOf(IOException.class);
    }
    for (int length = 0; length < parcel.body().length; length++) {
      var cut = new Parcel(parcel.name(), parcel.head(), Arrays.copyOf(parcel.body(), length));
      assertThatThrownBy(() -> parcels.open(cut)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void partsOfTwoParcelsCannotBeJoined(Parcels parcels) {
    var older = parcels.pack(recording(SLOT, "The older one"));
    var newer = parcels.pack(recording(SLOT, "and the newer"));
    var joined = new Parcel(newer.name(), newer.head(), older.body());

    assertThatThrownBy(() -> parcels.open(joined)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void aParcelOfAnotherSlotIsNoticed(Parcels parcels) {
    var other = new Slot(SLOT.key(), new Form("stream"));
    var parcel = parcels.pack(recording(other, TEXT));
    var name = parcels.names(SLOT).getFirst();

    assertThatThrownBy(() -> parcels.open(SLOT, parcel)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> parcels.open(SLOT, new Parcel(name, parcel.head(), parcel.body())))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void whatIsKnownOfAnEntryStandsInItsHead(Parcels parcels) throws Exception {
    var recording = recording(SLOT, TEXT);
    var parcel = parcels.pack(recording);

    assertThat(parcels.entry(parcel.name(), parcel.head(), 7)).isEqualTo(recording.entry(7));
  }

  @Test
  void withoutTheSecretNothingIsReadAndNothingShows() {
    var parcel = Parcels.under(Cover.of(SECRET)).pack(recording(SLOT, TEXT));
    var all = new String(Bytes.join(parcel.name(), parcel.head(), parcel.body()), UTF_8);

    assertThat(all).doesNotContain("refrain").doesNotContain("price-list").doesNotContain("json");
    for (var other : List.of(Cover.none(), Cover.of("another secret of many letters"))) {
      var parcels = Parcels.under(other);
      assertThat(parcels.names(SLOT).getFirst()).isNotEqualTo(parcel.name());
      assertThatThrownBy(() -> parcels.open(parcel)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theSameReplyIsNeverSealedToTheSameBytes() {
    var parcels = Parcels.under(Cover.of(SECRET));
    var one = parcels.pack(recording(SLOT, TEXT));
    var two = parcels.pack(recording(SLOT, TEXT));

    assertThat(one.name()).isEqualTo(two.name());
    assertThat(one.head()).isNotEqualTo(two.head());
    assertThat(one.body()).isNotEqualTo(two.body());
  }

  @Test
  void afterAChangeOfSecretsTheOldEntriesAreRead() throws Exception {
    var old = Parcels.under(Cover.of(SECRET)).pack(recording(SLOT, TEXT));
    var parcels = Parcels.under(Cover.of("the secret from now on", SECRET));

    assertThat(parcels.names(SLOT)).hasSize(2).element(1).isEqualTo(old.name());
    assertThat(parcels.open(SLOT, old)).isEqualTo(recording(SLOT, TEXT));
    assertThat(parcels.pack(recording(SLOT, TEXT)).name()).isEqualTo(parcels.names(SLOT).get(0));
  }

  private static Recording recording(Slot slot, String text) {
    var bytes = text.getBytes(UTF_8);
    return new Recording(
        slot,
        200,
        Headers.of("content-type", "application/json"),
        new Chunks(bytes, new int[] {3, bytes.length}, new int[] {5, 9}),
        1_700_000_000_000L,
        1_234,
        new Usage(10, 20),
        new Stamp(List.of("price-list"), List.of("epoch-1")),
        '"' + text + '"', // as the real one, it tells one reply from another
        null);
  }

  // Whatever a tier is promised to give back goes through parcels unharmed.

  @Nested
  final class Open extends TierContract {
    @Override
    protected Tier open() {
      return new Store(Parcels.under(Cover.none()));
    }
  }

  @Nested
  final class Secret extends TierContract {
    @Override
    protected Tier open() {
      return new Store(Parcels.under(Cover.of(SECRET)));
    }
  }

  /** A tier that keeps parcels. */
  private static final class Store implements Tier {
    private final ConcurrentHashMap<ByteBuffer, Parcel> kept = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ByteBuffer, Heat> heats = new ConcurrentHashMap<>();
    private final Parcels parcels;

    Store(Parcels parcels) {
      this.parcels = parcels;
    }

    @Override
    public String name() {
      return "parcels";
    }

    @Override
    public @Nullable Found find(Slot slot) throws IOException {
      var parcel = kept.get(name(slot));
      return (parcel == null)
          ? null
          : new Found(
              parcels.open(slot, parcel), heats.computeIfAbsent(name(slot), name -> new Heat()));
    }

    @Override
    public void store(Recording recording) {
      var parcel = parcels.pack(recording);
      kept.put(ByteBuffer.wrap(parcel.name()), parcel);
    }

    @Override
    public void drop(Slot slot) {
      kept.remove(name(slot));
    }

    @Override
    public void scan(Predicate<Entry> more) throws IOException {
      for (var parcel : kept.values()) {
        if (!more.test(parcels.entry(parcel.name(), parcel.head(), 0))) {
          return;
        }
      }
    }

    @Override
    public void close() {
      kept.clear();
    }

    private ByteBuffer name(Slot slot) {
      return ByteBuffer.wrap(parcels.names(slot).getFirst());
    }
  }
}
