package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Poll;
import java.lang.ref.WeakReference;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recordings in other forms: made once, and no longer there than what they were made of. */
@Timeout(30)
final class ConversionsTest {
  private final PlainDialect dialect = new PlainDialect();
  private final Conversions conversions = new Conversions(1 << 20);

  @Test
  void aConversionIsMadeOnce() {
    var source = new Recordings().chunks("hello.").recording();
    assertThat(conversions.peek(source, PlainDialect.STREAM)).isNull();
    var made = conversions.convert(dialect, source, PlainDialect.STREAM);

    assertThat(conversions.convert(dialect, source, PlainDialect.STREAM)).isSameAs(made);
    assertThat(conversions.peek(source, PlainDialect.STREAM)).isSameAs(made);
    assertThat(dialect.conversions()).isOne();
  }

  @Test
  void eachFormIsMadeByItself() {
    var source = new Recordings().chunks("[hello].").form(PlainDialect.STREAM).recording();
    var whole = conversions.convert(dialect, source, Form.WHOLE);
    var other = conversions.convert(dialect, source, new Form("other"));

    assertThat(conversions.peek(source, Form.WHOLE)).isSameAs(whole);
    assertThat(conversions.peek(source, new Form("other"))).isSameAs(other);
  }

  @Test
  void whatIsEqualButNotTheSameHasConversionsOfItsOwn() {
    var one = new Recordings().recording();
    var other = new Recordings().recording();
    conversions.convert(dialect, one, PlainDialect.STREAM);

    assertThat(other).isEqualTo(one);
    assertThat(conversions.peek(other, PlainDialect.STREAM)).isNull();
  }

  @Test
  void whatCannotBeConvertedIsNotRemembered() {
    var source = new Recordings().chunks("!lossy!hello.").recording();

    assertThat(conversions.convert(dialect, source, PlainDialect.STREAM)).isNull();
    assertThat(conversions.peek(source, PlainDialect.STREAM)).isNull();
  }

  @Test
  void aConversionDiesWithItsSource() {
    var made = convertAndForget();
    var alive = new Recordings().recording();
    Poll.until(
        "the conversion is gone",
        () -> {
          System.gc();
          conversions.convert(dialect, alive, PlainDialect.STREAM); // for Caffeine to clean up
          return made.get() == null;
        });

    assertThat(conversions.peek(alive, PlainDialect.STREAM)).isNotNull();
  }

  private WeakReference<Recording> convertAndForget() {
    var source = new Recordings().recording();
    return new WeakReference<>(
        Objects.requireNonNull(conversions.convert(dialect, source, PlainDialect.STREAM)));
  }

  @Test
  void conversionsTakeNoMoreRoomThanIsAllowed() {
    var tight = new Conversions(1);
    var source = new Recordings().recording();
    assertThat(tight.convert(dialect, source, PlainDialect.STREAM)).isNotNull();

    Poll.until("it is let go", () -> tight.peek(source, PlainDialect.STREAM) == null);
  }
}
