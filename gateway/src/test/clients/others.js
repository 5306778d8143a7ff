// Does what clients.js does with the clients of Google and Ollama.
//
//   node others.js PROVIDER GATEWAY

import assert from 'node:assert/strict';
import { ApiError, GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';

const [provider, gateway] = process.argv.slice(2);

async function check(name, comparison) {
  let wrong = '';
  try {
    await comparison();
  } catch (e) {
    wrong = String(e?.message || e);
  }
  console.log(JSON.stringify({ name, wrong }));
}

/** What a client was told, and whether from the cache. */
async function compare(ask, question) {
  const expected = await ask(provider, question);
  const first = await ask(gateway, question);
  let again = await ask(gateway, question);
  for (let i = 0; !again.hit && i < 100; i++) { // an answer is kept after it was given
    again = await ask(gateway, question);
  }
  assert.deepEqual(first.told, expected.told);
  assert.deepEqual(again.told, expected.told);
  assert.equal(first.hit, false);
  assert.equal(again.hit, true);
  return again.told;
}

function isHit(status) {
  return (status ?? '').startsWith('refrain; hit');
}

// ---- Google's ----------------------------------------------------------------------------------

function gemini(baseUrl) {
  return new GoogleGenAI({ apiKey: 'a-key', httpOptions: { baseUrl } }).models;
}

function contents(question) {
  return { model: 'gemini-2.5-flash', contents: question };
}

function told(response) {
  const { sdkHttpResponse, ...rest } = response;
  return { rest, text: response.text, hit: isHit(sdkHttpResponse.headers['cache-status']) };
}

async function whole(url, question) {
  const { hit, ...rest } = told(await gemini(url).generateContent(contents(question)));
  return { told: rest, hit };
}

async function streamed(url, question) {
  const chunks = [];
  let hit = false;
  for await (const chunk of await gemini(url).generateContentStream(contents(question))) {
    const { hit: isFromCache, ...rest } = told(chunk);
    chunks.push(rest);
    hit ||= isFromCache;
  }
  return { told: chunks, hit };
}

await check('gemini whole', () => compare(whole, 'Whole?'));
await check('gemini streamed', () => compare(streamed, 'Streamed?'));

await check('gemini: a whole told as a stream', async () => {
  const { text } = await compare(whole, 'One?');
  const { told: chunks, hit } = await streamed(gateway, 'One?');
  assert.equal(hit, true);
  assert.equal(chunks.map((chunk) => chunk.text ?? '').join(''), text);
});

await check('gemini: a stream told whole', async () => {
  const chunks = await compare(streamed, 'Two?');
  const { told: { rest, text }, hit } = await whole(gateway, 'Two?');
  const last = chunks.at(-1).rest;
  assert.equal(hit, true);
  assert.equal(text, chunks.map((chunk) => chunk.text ?? '').join(''));
  assert.deepEqual(rest.usageMetadata, last.usageMetadata);
  assert.deepEqual(
    rest.candidates[0].content.parts.at(-1), last.candidates[0].content.parts.at(-1));
});

for (const ask of [whole, streamed]) {
  await check(`gemini ${ask.name}: refused by the vendor`, async () => {
    const e = await ask(gateway, 'ERROR 429').then(() => assert.fail(), (raised) => raised);
    assert.ok(e instanceof ApiError, String(e));
    assert.equal(e.status, 429);
    assert.match(e.message, /RESOURCE_EXHAUSTED/);
  });
}

await check('gemini: refused by the gateway', async () => {
  const e = await whole(`${gateway}/down`, 'Hi').then(() => assert.fail(), (raised) => raised);
  assert.ok(e instanceof ApiError, String(e));
  assert.equal(e.status, 502);
  assert.match(e.message, /UNAVAILABLE/);
});

// ---- Ollama's ----------------------------------------------------------------------------------

function ollama(host, heads) {
  return new Ollama({
    host,
    fetch: async (...request) => {
      const response = await fetch(...request);
      heads.push(response.headers.get('cache-status'));
      return response;
    },
  });
}

function chat(question) {
  return { model: 'llama3.2', messages: [{ role: 'user', content: question }] };
}

async function all(stream) {
  const parts = [];
  for await (const part of stream) {
    parts.push(part);
  }
  return parts;
}

const ASKS = {
  chat: (client, question) => client.chat(chat(question)),
  'chat streamed': async (client, question) =>
    all(await client.chat({ ...chat(question), stream: true })),
  generate: (client, question) => client.generate({ model: 'llama3.2', prompt: question }),
  'generate streamed': async (client, question) =>
    all(await client.generate({ model: 'llama3.2', prompt: question, stream: true })),
  embed: async (client, question) => {
    const input = [question, 'b'];
    const { model, embeddings } = await client.embed({ model: 'all-minilm', input });
    return { model, embeddings }; // what it cost, only the first is told
  },
};

async function asked(how, url, question) {
  const heads = [];
  const reply = await ASKS[how](ollama(url, heads), question);
  return { told: reply, hit: isHit(heads[0]) };
}

for (const how of Object.keys(ASKS)) {
  await check(`ollama ${how}`, () => compare((...where) => asked(how, ...where), `${how}?`));
}

await check('ollama: a whole told as a stream', async () => {
  const reply = await compare((...where) => asked('chat', ...where), 'One?');
  const { told: parts, hit } = await asked('chat streamed', gateway, 'One?');
  assert.equal(hit, true);
  assert.equal(parts.map((part) => part.message.content).join(''), reply.message.content);
  assert.equal(parts.at(-1).eval_count, reply.eval_count);
});

await check('ollama: a stream told whole', async () => {
  const parts = await compare((...where) => asked('generate streamed', ...where), 'Two?');
  const { told: reply, hit } = await asked('generate', gateway, 'Two?');
  const response = parts.map((part) => part.response).join('');
  assert.equal(hit, true);
  assert.deepEqual(reply, { ...parts.at(-1), response });
});

for (const [where, status, message] of [['', 429, /enough/], ['/down', 502, /upstream/]]) {
  await check(`ollama: refused with ${status}`, async () => {
    const e = await asked('chat', gateway + where, 'ERROR 429')
      .then(() => assert.fail(), (raised) => raised);
    assert.equal(e.status_code, status);
    assert.match(e.message, message);
  });
}
