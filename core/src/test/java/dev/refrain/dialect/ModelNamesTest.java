package dev.refrain.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelNamesTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o, true",
    "gpt-4o, gpt-4o-2024-08-06, true",
    "gpt-4o, gpt-4o-20240806, true",
    "gpt-4, gpt-4-0613, true",
    "gpt-3.5-turbo, gpt-3.5-turbo-0125, true",
    "gpt-4o-audio-preview, gpt-4o-audio-preview-2024-12-17, true",
    "mistral-large-latest, mistral-large-2411, true",
    "mistral-large-latest, mistral-large-latest, true",
    "claude-3-5-sonnet-latest, claude-3-5-sonnet-20241022, true",
    "claude-sonnet-4-5, claude-sonnet-4-5-20250929, true",
    "claude-opus-4-0, claude-opus-4-20250514, true",
    "anthropic/claude-opus-4-8, claude-opus-4-8, true",
    "openai/gpt-4o, gpt-4o-2024-08-06, true",
    "gpt-4o, openai/gpt-4o-2024-08-06, true",
    "openai/gpt-4o, openai/gpt-4o, true",
    "meta-llama/Llama-3-8B, meta-llama/Llama-3-8B, true",
    "ft:gpt-4o:acme::x1, ft:gpt-4o:acme::x1, true",
    "text-embedding-ada-002, text-embedding-ada-002-v2, true",
    "deepseek-coder, deepseek-coder-v2, false",
    "claude-sonnet-4, claude-sonnet-4-5-20250929, false",
    "claude-opus-4-0, claude-opus-4-1-20250805, false",
    "claude-opus-4-0, claude-opus-4, false",
    "claude-opus-4-8, claude-haiku-4-5, false",
    "gpt-4o, gpt-4o-mini, false",
    "gpt-4o, gpt-4o-mini-2024-07-18, false",
    "gpt-4o-mini, gpt-4o-2024-08-06, false",
    "gpt-4o, gpt-4, false",
    "gpt-4, gpt-4o, false",
    "gpt-4, gpt-4-1106-preview, false",
    "gpt-4o, gpt-4o-2024-08-06-x, false",
    "gpt-4o, gpt-4o2024-08-06, false",
    "gpt-4o, gpt-4o-2024-13-06, false",
    "gpt-4o, gpt-4o-2024-08-32, false",
    "gpt-4o, gpt-4o-2024-0806, false",
    "phi-3, phi-3-4096, false",
    "llama-2, llama-2-7000, false",
    "gpt-4o-2024-08-06, gpt-4o-2024-11-20, false",
    "gpt-4o-2024-08-06, gpt-4o, false",
    "gpt-4o, GPT-4o, false",
    "mistral-large-latest, mistral-large, false",
    "mistral-large, mistral-large-latest, false",
    "mistral-large-latest, mistral-small-2411, false",
    "meta-llama/Llama-3-8B, Llama-3-8B, false",
    "llama-3-8b, someone/llama-3-8b, false"
  })
  void anAliasMayBeAnsweredByItsSnapshotAlone(String asked, String answered, boolean same) {
    assertThat(ModelNames.same(asked, answered)).isEqualTo(same);
  }
}
