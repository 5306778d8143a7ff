// Asks aimock through Refrain with the vendors' clients for Node.js, twice each, and compares.
//
//   node mocked.js AIMOCK GATEWAY TEXT
//
// Prints a line of JSON for each comparison: what it was about, and what is wrong. TEXT is what
// aimock answers to "Who". Not all that it says has an id, so what came from the cache is seen by
// its journal alone.

import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

const [aimock, gateway, text] = process.argv.slice(2);
const openai = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: 'sk-node', maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: gateway, apiKey: 'sk-node', maxRetries: 0 });
const gemini = new GoogleGenAI({ apiKey: 'sk-node', httpOptions: { baseUrl: gateway } }).models;
const ollama = new Ollama({ host: gateway });

/** What was asked of aimock itself since the last time. */
async function asked() {
  const reply = await fetch(`${aimock}/__aimock/journal`);
  await fetch(`${aimock}/__aimock/reset/journal`, { method: 'POST' });
  return reply.json();
}

async function all(stream) {
  const parts = [];
  for await (const part of await stream) {
    parts.push(part);
  }
  return parts;
}

const messages = (question) => [{ role: 'user', content: question }];
const chat = (question) => ({ model: 'gpt-5', messages: messages(question) });
const response = (question) => ({ model: 'gpt-5', input: question, store: false });
const message = (question) =>
  ({ model: 'claude-sonnet-4-5', max_tokens: 99, messages: messages(question) });
const content = (question) => ({ model: 'gemini-2.5-flash', contents: question });
const llama = (question) => ({ model: 'llama3', messages: messages(question) });
const prompt = (question) => ({ model: 'llama3', prompt: question });

/** Each asks, and tells what it was told, and what of that is text. */
const ASKS = {
  'chat': async (question) => {
    const told = await openai.chat.completions.create(chat(question));
    return [told, told.choices[0].message.content];
  },
  'chat streamed': async (question) => {
    const told = await all(openai.chat.completions.create({ ...chat(question), stream: true }));
    return [told, told.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('')];
  },
  'response': async (question) => {
    const told = await openai.responses.create(response(question));
    return [told, told.output_text];
  },
  'response streamed': async (question) => {
    const told = await all(
      openai.responses.create({ ...response(question), stream: true }));
    return [told, told.map((event) =>
      (event.type === 'response.output_text.delta' ? event.delta : '')).join('')];
  },
  'message': async (question) => {
    const told = await anthropic.messages.create(message(question));
    return [told, told.content[0].text];
  },
  'message streamed': async (question) => {
    const told = await all(anthropic.messages.create({ ...message(question), stream: true }));
    return [told, told.map((event) => event.delta?.text ?? '').join('')];
  },
  'gemini': async (question) => {
    const { sdkHttpResponse, ...told } = await gemini.generateContent(content(question));
    return [told, told.candidates[0].content.parts[0].text];
  },
  'gemini streamed': async (question) => {
    const chunks = await all(gemini.generateContentStream(content(question)));
    const told = chunks.map(({ sdkHttpResponse, ...rest }) => rest);
    return [told, told.map((chunk) => chunk.candidates[0].content.parts[0].text).join('')];
  },
  'ollama': async (question) => {
    const told = await ollama.chat(llama(question));
    return [told, told.message.content];
  },
  'ollama streamed': async (question) => {
    const told = await all(ollama.chat({ ...llama(question), stream: true }));
    return [told, told.map((part) => part.message.content).join('')];
  },
  'ollama generate': async (question) => {
    const told = await ollama.generate(prompt(question));
    return [told, told.response];
  },
  'ollama generate streamed': async (question) => {
    const told = await all(ollama.generate({ ...prompt(question), stream: true }));
    return [told, told.map((part) => part.response).join('')];
  },
};

async function check(name, comparison) {
  let wrong = '';
  try {
    await asked();
    await comparison();
  } catch (e) {
    wrong = String(e?.stack || e);
  }
  console.log(JSON.stringify({ name, wrong }));
}

/** Asks until aimock was not asked, since an answer is kept after it was given. */
async function settled(ask, told) {
  for (let i = 0; i < 100; i++) {
    const again = await ask();
    if ((await asked()).length === 0) {
      assert.deepEqual(again, told);
      return;
    }
    told = again;
  }
  assert.fail('nothing was kept');
}

// Each has a question of its own: else a stream would be told what another was told whole.
for (const [name, askFor] of Object.entries(ASKS)) {
  await check(name, async () => {
    const ask = () => askFor(`Who, asks ${name}?`);
    const [told, said] = await ask();
    assert.equal(said, text);
    assert.equal((await asked()).length, 1);
    await settled(ask, [told, said]);
  });
}

// ---- Embeddings --------------------------------------------------------------------------------

// Without a format the client asks for base64. It takes numbers too, which is all that aimock has.
for (const format of [undefined, 'float']) {
  await check(`embeddings, ${format}`, async () => {
    const more = format ? { encoding_format: format } : {};
    const embed = async (...input) => {
      const { data } = await openai.embeddings.create({ model: 'embed', input, ...more });
      assert.deepEqual(data.map(({ index }) => index), [...input.keys()]);
      return data.map(({ embedding }) => embedding);
    };
    const inputs = async () => (await asked()).map(({ body }) => body.embeddingInput);
    const [one, two] = await embed('one', 'two');
    assert.notDeepEqual(one, two);
    assert.deepEqual(await inputs(), ['one two']);
    await settled(() => embed('two', 'one'), [two, one]);
    const three = await embed('two', 'three', 'one', 'three');
    assert.deepEqual(three, [two, three[1], one, three[1]]);
    assert.deepEqual(await inputs(), ['three']);
  });
}
