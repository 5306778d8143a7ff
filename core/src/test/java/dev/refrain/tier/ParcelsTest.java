package dev.refrain.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Chunks;
import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Heat;
import dev.refrain.KeptRequest;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tier;
import dev.refrain.Usage;
import dev.refrain.testing.TierContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
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
  private static final String OLD_HEAD =
      """
      6f0100000000000000010000000000000002000000000000000300000000000000040000000577686f6c65
      0000018bcfe5680000000000000004d2000000000000000a00000000000000140000001a00000001
      0000000a70726963652d6c6973740000000765706f63682d31000000c8ffffffffffffffff
      0000001c22546865207265667261696e2069732073756e6720616761696e2e22
      000000010000000c636f6e74656e742d74797065000000106170706c69636174696f6e2f6a736f6e
      2e0c811af000511f6da69e55edbb8213\
      """;
  private static final String OLD_BODY =
      "6f0000000200000003000000050000001a0000000954686520726566"
          + "7261696e2069732073756e6720616761696e2e5d986cb24d7c96296ba175e63cf1dac6";
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

  /** As versions that know nothing of requests have written it, and go on to read. */
  @Test
  void whatIsKeptWithoutItsRequestIsWrittenAsEver() throws Exception {
    var parcels = Parcels.under(Cover.none());
    var recording = recording(SLOT, TEXT);
    var old =
        new Parcel(
            parcels.names(SLOT).getFirst(),
            HexFormat.of().parseHex(OLD_HEAD.replace("\n", "")),
            HexFormat.of().parseHex(OLD_BODY));

    assertThat(parcels.open(SLOT, old)).isEqualTo(recording);
    assertThat(parcels.pack(recording).head()).isEqualTo(old.head());
    assertThat(parcels.pack(recording).body()).isEqualTo(old.body());
  }

  @ParameterizedTest
  @MethodSource("parcels")
  void whatWasAskedLiesUnderTheSameCover(Parcels parcels) throws Exception {
    var recording = asked();
    var parcel = parcels.pack(recording);
    var head = new String(parcel.head(), UTF_8);

    assertThat(parcels.open(SLOT, parcel)).isEqualTo(recording);
    assertThat(parcels.entry(parcel.name(), parcel.head(), 7)).isEqualTo(recording.entry(7));
    assertThat(head).as("heads stay small").doesNotContain("Who sings?");
    for (int length = 0; length < parcel.body().length; length++) {
      var cut = new Parcel(parcel.name(), parcel.head(), Arrays.copyOf(parcel.body(), length));
      assertThatThrownBy(() -> parcels.open(cut)).isInstanceOf(IOException.class);
    }
    var older = parcels.pack(recording(SLOT, TEXT));
    var joined = new Parcel(parcel.name(), older.head(), parcel.body());
    assertThatThrownBy(() -> parcels.open(joined)).isInstanceOf(IOException.class);
  }

  @Test
  void aVersionThatIsNotKnownIsNotRead() throws Exception {
    var cover = Cover.none();
    var parcels = Parcels.under(cover);
    var parcel = parcels.pack(asked());
    var place = new byte[] {'h'};
    var head = cover.open(parcel.name(), place, parcel.head());
    assertThat(head[0]).isEqualTo((byte) 2);
    head[0] = 3;
    var later = cover.seal(parcel.name(), place, head);

    assertThatThrownBy(() -> parcels.entry(parcel.name(), later, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3");
  }

  @Test
  void withoutTheSecretNothingIsReadAndNothingShows() {
    var parcel = Parcels.under(Cover.of(SECRET)).pack(asked());
    var all = new String(Bytes.join(parcel.name(), parcel.head(), parcel.body()), UTF_8);

    assertThat(all).doesNotContain("refrain").doesNotContain("price-list", "json", "Who sings?");
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

  private static Recording asked() {
    var plain = recording(SLOT, TEXT);
    var body = "{\"q\":\"Who sings?\"}".getBytes(UTF_8);
    var request = Request.post("openai", "/v1", Headers.of("content-type", "a/b"), body);
    return new Recording(
        SLOT,
        plain.status(),
        plain.headers(),
        plain.chunks(),
        plain.bornMillis(),
        plain.tookMillis(),
        plain.usage(),
        plain.stamp(),
        plain.etag(),
        plain.ttlMax(),
        KeptRequest.restored(request));
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
        null,
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
