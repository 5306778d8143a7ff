package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixed pages, and paths at which there is nothing. */
@Timeout(60)
final class PagesTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/health", "/-/ready", "/-/health?x=1"})
  void itTellsThatItIsWell(String path) throws Exception {
    var client = stage.client();
    var reply = client.call(Wire.get(path));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(Json.parse(reply.body()).get("status").text()).isEqualTo("ok");
    assertThat(reply.header("cache-control")).isEqualTo("no-store");

    client.send(Wire.head("HEAD " + path + " HTTP/1.1", "host: x"));
    assertThat(client.readBodiless().status()).isEqualTo(200);
    assertThat(client.call(Wire.get(path)).status()).isEqualTo(200);
  }

  @Test
  void itTellsANewcomerWhatToDo() throws Exception {
    var reply = stage.call(Wire.get("/"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(reply.text()).contains("http://refrain.test/v1", "http://refrain.test/ask?q=");
  }

  @ParameterizedTest
  @CsvSource({"POST,/", "PUT,/-/health", "POST,/-/ready", "DELETE,/-/health", "OPTIONS,/"})
  void otherMethodsAreRefusedWithThoseThatAreNot(String method, String path) throws Exception {
    var reply = stage.call(Wire.head(method + " " + path + " HTTP/1.1", "host: x"));
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("allow")).isEqualTo("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/-",
        "/-/api/keys",
        "/-/healthy",
        "/-/health/",
        "/-//health",
        "//-/health",
        "/%2d/health",
        "/%2D%2fhealth",
        "/%252d/health",
        "/-%2Fhealth",
        "/\\-\\health",
        "/-;a=b/health",
        "/;a/-/health",
        "/-#/health",
        "/%5c-%5Chealth",
        "/openai/-/health",
        "/openai//-/health",
        "/openai/%2d/health",
        "http://refrain.test/-/api",
        "http://127.0.0.1/%2d/health",
        "x://-/-/api"
      })
  void whereThereIsNothingItSaysSoAndGoesOn(String path) throws Exception {
    var client = stage.client();
    for (int i = 0; i < 2; i++) {
      var reply = client.call(Wire.get(path));
      assertThat(reply.status()).isEqualTo(404);
      assertThat(Json.parse(reply.body()).get("error").get("code").text()).isEqualTo("not_found");
      assertThat(reply.header("connection")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/../admin",
        "/v1/a/..",
        "/v1/./models",
        "/v1/%2e%2E/admin",
        "/v1/.%2e/x",
        "/openai/../v1/models",
        "/openai/v1/../../x",
        "/v1/models/..",
        "/./-/health",
        "/v1/../-/health",
        "/v1/%252e%252e/admin",
        "/v1/%25252e%25252e/admin",
        "/v1/%2525252525252e/admin",
        "/v1\\..\\admin",
        "/v1/..;a=b/admin",
        "/v1/..%2fadmin",
        "/v1/..%5cadmin",
        "/..",
        "http://refrain.test/../x",
        "/v1/chat/completions/.."
      })
  void noPathLeadsOutOfWhatIsConfigured(String path) throws Exception {
    var reply = stage.call(Wire.get(path));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(stage.provider().calls()).isZero();
  }
}
