// Asks through Refrain with clients who have little patience and try again by themselves.
//
//   node again.js PROVIDER GATEWAY
//
// Before its third attempt each has the provider let its reply go, by PROVIDER/open/NAME. Prints a
// line for each: its name, and how the id of the answer begins.

import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const [provider, gateway] = process.argv.slice(2);

function impatient(name) {
  let attempts = 0;
  return {
    apiKey: 'sk-1',
    timeout: 300,
    maxRetries: 20,
    fetch: async (...request) => {
      attempts += 1;
      if (attempts === 3) {
        await fetch(`${provider}/open/${name}`, { method: 'POST' });
      }
      return fetch(...request);
    },
  };
}

const messages = [{ role: 'user', content: 'Who?' }];
const openai = new OpenAI({ ...impatient('openai'), baseURL: `${gateway}/v1` });
const anthropic = new Anthropic({ ...impatient('anthropic'), baseURL: gateway });

const [chat, message] = await Promise.all([
  openai.chat.completions.create({ model: 'gpt-4.1', messages }),
  anthropic.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 9, messages }),
]);
console.log(`openai ${chat.id.slice(0, 9)}`);
console.log(`anthropic ${message.id.slice(0, 4)}`);
