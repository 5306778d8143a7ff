// Calls a provider directly and through Refrain with the vendors' own clients, and compares what
// they make of it. Prints a line of JSON for each comparison: what it was about, and what is wrong.
//
//   node clients.js PROVIDER GATEWAY REPLIES MESSAGES
//
// The last two are JSON: the names of the replies that the provider has in the style of OpenAI and
// of Anthropic, and whether each is kept.

import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const [provider, gateway, replies, messages] = process.argv.slice(2);
const MODEL = 'gpt-4.1';

async function check(name, comparison) {
  let wrong = '';
  try {
    await comparison();
  } catch (e) {
    wrong = String(e?.message || e);
  }
  console.log(JSON.stringify({ name, wrong }));
}

function openai(url, apiKey = 'sk-test', defaultHeaders = {}) {
  return new OpenAI({ baseURL: url, apiKey, maxRetries: 0, defaultHeaders });
}

function question(reply, more = {}) {
  return { model: MODEL, messages: [{ role: 'user', content: reply }], ...more };
}

async function whole(client, params) {
  const { data, response } = await client.chat.completions.create(params).withResponse();
  return { told: data, hit: isHit(response) };
}

async function streamed(client, params) {
  const call = client.chat.completions.create({ ...params, stream: true });
  const { data, response } = await call.withResponse();
  const told = [];
  for await (const chunk of data) {
    told.push(chunk);
  }
  return { told, hit: isHit(response) };
}

function isHit(response) {
  return (response.headers.get('cache-status') ?? '').startsWith('refrain; hit');
}

/** Asks until Refrain has kept the answer, which it does after having given it. */
async function settled(ask, kept) {
  let answer = await ask();
  for (let i = 0; kept && !answer.hit && i < 100; i++) {
    answer = await ask();
  }
  return answer;
}

async function compare(ask, kept, params) {
  const expected = await ask(openai(`${provider}/v1`), params);
  const client = openai(`${gateway}/v1`);
  const first = await ask(client, params);
  const again = await settled(() => ask(client, params), kept);
  assert.deepEqual(first.told, expected.told);
  assert.deepEqual(again.told, expected.told);
  assert.equal(first.hit, false);
  assert.equal(again.hit, kept);
}

for (const [reply, kept] of Object.entries(JSON.parse(replies))) {
  for (const n of [1, 2]) {
    await check(`${reply} ${n}`, () => compare(whole, kept, question(reply, { n, seed: 1 })));
    await check(`${reply} ${n} streamed`, () =>
      compare(streamed, kept, question(reply, { n, seed: 2 })));
    await check(`${reply} ${n} streamed with usage`, () =>
      compare(streamed, kept, question(reply, {
        n, seed: 3, stream_options: { include_usage: true },
      })));
  }
}

await check('a whole reply told as a stream', async () => {
  const client = openai(`${gateway}/v1`, 'sk-another');
  const params = question('PLAIN', { n: 2 });
  const { told } = await settled(() => whole(client, params), true);
  const stream = client.chat.completions.stream(
    question('PLAIN', { n: 2, stream_options: { include_usage: true } }));
  const again = await stream.finalChatCompletion();
  for (const [i, choice] of told.choices.entries()) {
    assert.equal(again.choices[i].message.content, choice.message.content);
    assert.equal(again.choices[i].finish_reason, choice.finish_reason);
  }
  assert.deepEqual(again.usage, told.usage);
  assert.equal(again.id, told.id);
});

// ---- Embeddings --------------------------------------------------------------------------------

// Without a format the client asks for base64, and decodes it.
for (const format of [undefined, 'float', 'base64']) {
  await check(`embeddings, ${format}`, async () => {
    const more = format ? { encoding_format: format } : {};
    const embed = async (client, input) => {
      const params = { model: 'text-embedding-3-small', input, ...more };
      const { data, response } = await client.embeddings.create(params).withResponse();
      return { told: data.data, usage: data.usage, hit: isHit(response), response };
    };
    const direct = openai(`${provider}/v1`);
    const client = openai(`${gateway}/v1`, `sk-${format}`);
    const first = await embed(client, ['one', 'two']);
    assert.equal(first.hit, false);
    const again = await settled(() => embed(client, ['two', 'one']), true);
    assert.deepEqual(again.usage, { prompt_tokens: 0, total_tokens: 0 });
    const partial = await embed(client, ['two', 'three', 'one', 'three']);
    assert.match(partial.response.headers.get('cache-status'), /detail="2 of 4"/);
    assert.deepEqual(partial.usage, (await embed(direct, ['three'])).usage);
    for (const [answer, input] of
      [[first, ['one', 'two']], [again, ['two', 'one']], [partial, ['two', 'three', 'one', 'three']]]) {
      assert.deepEqual(answer.told, (await embed(direct, input)).told);
    }
  });
}

// ---- What goes wrong ---------------------------------------------------------------------------

async function raises(type, status, call, look = () => {}) {
  const e = await call().then(() => assert.fail('nothing was raised'), (raised) => raised);
  assert.ok(e instanceof type, `${e?.constructor?.name} instead of ${type.name}: ${e}`);
  assert.equal(e.status, status);
  look(e);
}

const RAISED = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  422: OpenAI.UnprocessableEntityError,
  429: OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
};

for (const [status, type] of Object.entries(RAISED)) {
  for (const ask of [whole, streamed]) {
    await check(`${ask.name} error ${status}`, () =>
      raises(type, Number(status),
        () => ask(openai(`${gateway}/v1`), question(`ERROR ${status}`)),
        (e) => {
          assert.equal(e.code, 'a_code');
          assert.equal(e.param, 'n');
          assert.equal(e.type, 'a_type');
          assert.equal(e.headers.get('x-request-id'), 'req_3812');
        }));
  }
}

await check('refused by the gateway: nowhere', () =>
  raises(OpenAI.NotFoundError, 404,
    () => whole(openai(`${gateway}/-/nowhere/v1`), question('PLAIN')),
    (e) => assert.equal(e.code, 'not_found')));

await check('refused by the gateway: upstream down', () =>
  raises(OpenAI.InternalServerError, 502,
    () => streamed(openai(`${gateway}/down/v1`), question('PLAIN')),
    (e) => assert.equal(e.code, 'upstream_unreachable')));

await check('refused by the gateway: only if cached', () =>
  raises(OpenAI.InternalServerError, 504,
    () => whole(
      openai(`${gateway}/v1`, 'sk-new', { 'cache-control': 'only-if-cached' }), question('PLAIN')),
    (e) => assert.equal(e.code, 'only-if-cached')));

await check('refused by the gateway: large headers', () =>
  raises(OpenAI.APIError, 431,
    () => whole(
      openai(`${gateway}/v1`, 'sk-test', { 'x-large': 'x'.repeat(40_000) }), question('PLAIN')),
    (e) => assert.equal(e.code, 'headers_too_large')));

// ---- Anthropic's -------------------------------------------------------------------------------

function anthropic(baseURL, apiKey = 'sk-ant-test') {
  return new Anthropic({ baseURL, apiKey, maxRetries: 0 });
}

function message(question, system) {
  return {
    model: 'claude-sonnet-4-5', max_tokens: 9, system, messages: [{ role: 'user', content: question }],
  };
}

async function wholeMessage(client, params) {
  const { data, response } = await client.messages.create(params).withResponse();
  return { told: data, hit: isHit(response) };
}

async function streamedMessage(client, params) {
  const call = client.messages.create({ ...params, stream: true });
  const { data, response } = await call.withResponse();
  const told = [];
  for await (const event of data) {
    told.push(event);
  }
  return { told, hit: isHit(response) };
}

for (const [reply, kept] of Object.entries(JSON.parse(messages))) {
  for (const ask of [wholeMessage, streamedMessage]) {
    await check(`${ask.name} ${reply}`, async () => {
      const params = message(reply, ask.name);
      const expected = await ask(anthropic(provider), params);
      const first = await ask(anthropic(gateway), params);
      const again = await settled(() => ask(anthropic(gateway), params), kept);
      assert.deepEqual(first.told, expected.told);
      assert.deepEqual(again.told, expected.told);
      assert.equal(first.hit, false);
      assert.equal(again.hit, kept);
    });
  }
  if (kept) {
    await check(`the message ${reply} told as a stream`, async () => {
      const client = anthropic(gateway, 'sk-ant-another');
      const { told } = await settled(() => wholeMessage(client, message(reply)), true);
      const stream = client.messages.stream(message(reply));
      const again = await stream.finalMessage();
      assert.ok(isHit(stream.response));
      assert.deepEqual(plain(again), plain(told));
    });
  }
}

/** As it was told, without what the client adds. */
function plain(told) {
  const { parsed_output, content, ...rest } = JSON.parse(JSON.stringify(told));
  return { ...rest, content: content.map(({ parsed_output, ...block }) => block) };
}

const RAISED_BY_ANTHROPIC = {
  400: [Anthropic.BadRequestError, 'invalid_request_error'],
  401: [Anthropic.AuthenticationError, 'authentication_error'],
  403: [Anthropic.PermissionDeniedError, 'permission_error'],
  404: [Anthropic.NotFoundError, 'not_found_error'],
  429: [Anthropic.RateLimitError, 'rate_limit_error'],
  500: [Anthropic.InternalServerError, 'api_error'],
  529: [Anthropic.InternalServerError, 'overloaded_error'],
};

for (const [status, [type, name]] of Object.entries(RAISED_BY_ANTHROPIC)) {
  for (const ask of [wholeMessage, streamedMessage]) {
    await check(`${ask.name} error ${status}`, () =>
      raises(type, Number(status),
        () => ask(anthropic(gateway), message(`ERROR ${status} ${name}`)),
        (e) => {
          assert.equal(e.type, name);
          assert.equal(e.errorCode, 'a_code');
          assert.equal(e.headers.get('anthropic-ratelimit-requests-remaining'), '0');
        }));
  }
}

await check('tokens are counted', async () => {
  const { model, messages } = message('TEXT');
  const ask = async () => {
    const call = anthropic(gateway).messages.countTokens({ model, messages });
    const { data, response } = await call.withResponse();
    return { told: data, hit: isHit(response) };
  };
  const again = await settled(ask, true);
  assert.deepEqual(again, { told: { input_tokens: 14 }, hit: true });
});

await check('a message refused by the gateway: nowhere', () =>
  raises(Anthropic.NotFoundError, 404,
    () => wholeMessage(anthropic(`${gateway}/-/nowhere`), message('TEXT')),
    (e) => assert.equal(e.type, 'not_found_error')));

await check('a message refused by the gateway: upstream down', () =>
  raises(Anthropic.InternalServerError, 502,
    () => streamedMessage(anthropic(`${gateway}/down`), message('TEXT')),
    (e) => {
      assert.equal(e.type, 'api_error');
      assert.equal(e.errorCode, 'upstream_unreachable');
    }));
