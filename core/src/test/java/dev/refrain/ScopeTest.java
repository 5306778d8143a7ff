package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may share an answer: no two who should not, and nothing told of their secrets. */
final class ScopeTest {
  private static final byte[] HASH_KEY = "a key of this process".getBytes(UTF_8);

  @Test
  void whoeverHoldsTheSameCredentialsShares() {
    assertThat(credentials("sk-1", "org-1")).isEqualTo(credentials("sk-1", "org-1"));
    assertThat(credentials()).isEqualTo(credentials());
    assertThat(Scope.tenant("acme")).isEqualTo(Scope.tenant("acme"));
    assertThat(Scope.tenant("acme")).hasSameHashCodeAs(Scope.tenant("acme"));
  }

  @Test
  void noTwoListsOfCredentialsAreTakenForOneAnother() {
    var lists =
        List.of(
            List.<String>of(),
            List.of(""),
            List.of("", ""),
            List.of("ab"),
            List.of("a", "b"),
            List.of("b", "a"),
            List.of("ab", ""),
            List.of("", "ab"),
            List.of("1:a"),
            List.of("a1:b"),
            List.of("a", "1:b"),
            List.of("AB"),
            List.of("ab "),
            List.of("ä"),
            List.of("a\u0308"));
    var scopes = new HashSet<Scope>();
    for (var list : lists) {
      assertThat(scopes.add(Scope.credentials(HASH_KEY, list))).as(list.toString()).isTrue();
    }
  }

  @Test
  void noTenantCanBeNamedLikeACredential() {
    var scope = credentials("sk-1");

    assertThat(Scope.tenant(scope.id())).isNotEqualTo(scope);
    assertThat(Scope.tenant(scope.id().substring("credentials:".length()))).isNotEqualTo(scope);
  }

  @Test
  void aScopeNeverShowsTheCredential() {
    var secret = "sk-proj-very-secret";
    var scope = credentials(secret);

    for (var shown : List.of(scope.id(), scope.toString())) {
      assertThat(shown)
          .matches("credentials:[0-9a-f]{64}")
          .doesNotContain(secret)
          .doesNotContain(HexFormat.of().formatHex(secret.getBytes(UTF_8)));
    }
  }

  @Test
  void whoDoesNotKnowTheHashKeyCannotGuessTheScope() {
    assertThat(Scope.credentials("another key".getBytes(UTF_8), List.of("sk-1")))
        .isNotEqualTo(credentials("sk-1"));
  }

  @Test
  void noTenantCanBeNamedLikeAScopeThatIsShared() {
    assertThat(Scope.shared("all")).isEqualTo(Scope.shared("all"));
    assertThat(Scope.shared("all")).isNotEqualTo(Scope.tenant("all"));
    assertThat(Scope.tenant(Scope.shared("all").id())).isNotEqualTo(Scope.shared("all"));
    assertThat(Scope.shared(credentials("sk-1").id())).isNotEqualTo(credentials("sk-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t", "\ud83c"})
  void aScopeNeedsAName(String name) {
    assertThatThrownBy(() -> Scope.tenant(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Scope.shared(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tenantsAreToldApartToTheLetter() {
    var names = List.of("acme", "Acme", "acme ", "acme/eu", "acme\u0000", "tenant:acme", "äcme");
    assertThat(names).map(Scope::tenant).doesNotHaveDuplicates();
  }

  private static Scope credentials(String... credentials) {
    return Scope.credentials(HASH_KEY, List.of(credentials));
  }
}
