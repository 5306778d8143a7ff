// Asks aimock through Refrain with the vendors' clients for Node.js, twice each, and compares.
//
//   node mocked.js GATEWAY TEXT
//
// Prints a line of JSON for each comparison: what it was about, and what is wrong. TEXT is what
// aimock answers to "Who?". It makes up ids for each answer, so what is the same came from the cache.

import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

const [gateway, text] = process.argv.slice(2);
const messages = [{ role: 'user', content: 'Who?' }];
const openai = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: 'sk-node', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: gateway, apiKey: 'sk-node', maxRetries: 0 });
const gemini = new GoogleGenAI({ apiKey: 'sk-node', httpOptions: { baseUrl: gateway } }).models;
const heads = [];
const ollama = new Ollama({
  host: gateway,
  fetch: async (...request) => {
    const response = await fetch(...request);
    heads.push(response.headers.get('cache-status'));
    return response;
  },
});

async function all(stream) {
  const parts = [];
  for await (const part of await stream) {
    parts.push(part);
  }
  return parts;
}

const chat = { model: 'gpt-5', messages };
const message = { model: 'claude-sonnet-4-5', max_tokens: 99, messages };
const content = { model: 'gemini-2.5-flash', contents: 'Who?' };
const llama = { model: 'llama3', messages };

/** Each asks, and tells what it was told, and what of that is text. */
const ASKS = {
  'chat': async () => {
    const told = await openai.chat.completions.create(chat);
    return [told, told.choices[0].message.content];
  },
  'chat streamed': async () => {
    const told = await all(openai.chat.completions.create({ ...chat, stream: true }));
    return [told, told.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('')];
  },
  'response': async () => {
    const told = await openai.responses.create({ model: 'gpt-5', input: 'Who?', store: false });
    return [told, told.output_text];
  },
  'response streamed': async () => {
    const told = await all(
      openai.responses.create({ model: 'gpt-5', input: 'Who?', store: false, stream: true }));
    return [told, told.map((event) =>
      (event.type === 'response.output_text.delta' ? event.delta : '')).join('')];
  },
  'message': async () => {
    const told = await anthropic.messages.create(message);
    return [told, told.content[0].text];
  },
  'message streamed': async () => {
    const told = await all(anthropic.messages.create({ ...message, stream: true }));
    return [told, told.map((event) => event.delta?.text ?? '').join('')];
  },
  'gemini': async () => {
    const { sdkHttpResponse, ...told } = await gemini.generateContent(content);
    return [told, told.candidates[0].content.parts[0].text];
  },
  'gemini streamed': async () => {
    const chunks = await all(gemini.generateContentStream(content));
    const told = chunks.map(({ sdkHttpResponse, ...rest }) => rest);
    return [told, told.map((chunk) => chunk.candidates[0].content.parts[0].text).join('')];
  },
  'ollama': async () => {
    const told = await ollama.chat(llama);
    return [told, told.message.content];
  },
  'ollama streamed': async () => {
    const told = await all(ollama.chat({ ...llama, stream: true }));
    return [told, told.map((part) => part.message.content).join('')];
  },
};

for (const [name, ask] of Object.entries(ASKS)) {
  let wrong = '';
  try {
    let [told, said] = await ask();
    assert.equal(said, text);
    let [again] = await ask();
    for (let i = 0; JSON.stringify(again) !== JSON.stringify(told) && i < 100; i++) {
      told = again; // an answer is kept after it was given
      [again] = await ask();
    }
    assert.deepEqual(again, told);
  } catch (e) {
    wrong = String(e?.stack || e);
  }
  console.log(JSON.stringify({ name, wrong }));
}
assert.match(heads.at(-1), /^refrain; hit/);
