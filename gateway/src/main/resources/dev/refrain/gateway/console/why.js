/* Why a call was, or would be, answered from the cache, or not. */

import { ask } from './api.js';
import { append, foreign, h, replace, table } from './dom.js';
import * as format from './format.js';
import { nothing } from './now.js';
import { timeline } from './timeline.js';

const CALLS_SHOWN = 30;
const PATHS = ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/embeddings', '/v1/completions'];
const EXAMPLE = '{\n  "model": "demo",\n  "messages": [{"role": "user", "content": "What is a refrain?"}]\n}';

/** Shows the page until it is closed; the rest of the address may be the id of a call. */
export function open(place, id) {
  const stop = new AbortController();
  const path = h('input', { value: PATHS[0], list: 'paths', spellcheck: 'false', 'aria-label': 'Path' });
  const headers = h('textarea', { rows: 2, spellcheck: 'false', 'aria-label': 'Headers', placeholder: 'Authorization: Bearer …\nRefrain-Namespace: …' });
  const scope = h('input', { spellcheck: 'false', 'aria-label': 'Scope', placeholder: 'or a scope: tenant:acme' });
  const body = h('textarea', { rows: 12, spellcheck: 'false', 'aria-label': 'Body', placeholder: EXAMPLE, 'data-search': true });
  const wanted = h('input', { type: 'search', 'aria-label': 'Request id', placeholder: 'Refrain-Request-Id of an answer', value: id, spellcheck: 'false' });
  const said = h('section', { class: 'said', 'aria-live': 'polite' });
  const calls = h('section', {});
  append(place, [
    h('div', { class: 'asked' },
      h('form', { submit: explain },
        h('h2', {}, 'A request'),
        path, h('datalist', { id: 'paths' }, PATHS.map((one) => h('option', { value: one }))),
        body, headers, scope,
        h('button', { class: 'first' }, 'Explain')),
      h('form', { class: 'call', submit: goToCall }, h('h2', {}, 'Or a call of late'), wanted, h('button', {}, 'Find')),
      calls),
    said]);
  body.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      explain(event);
    }
  });
  replace(said, nothing('Paste the body of a request, and see its key, what lies in the cache for it, and what was asked lately that is nearly the same. Nothing is sent upstream.'));
  list();
  if (id !== '') {
    show(() => ask(`calls/${encodeURIComponent(id)}`, { signal: stop.signal }), aboutCall);
  }
  return () => stop.abort();

  function goToCall(event) {
    event.preventDefault();
    location.hash = `#/why/${encodeURIComponent(wanted.value.trim())}`;
  }

  function explain(event) {
    event.preventDefault();
    show(() => ask('explain', { method: 'POST', body: asked(), signal: stop.signal }), explanation);
  }

  function asked() {
    const request = { path: path.value.trim(), body: JSON.parse(body.value) };
    if (scope.value.trim() !== '') {
      request.scope = scope.value.trim();
    }
    const lines = headers.value.split('\n').filter((line) => line.includes(':'));
    request.headers = Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }));
    return request;
  }

  async function show(load, draw) {
    try {
      replace(said, draw(await load()));
    } catch (failure) {
      if (!stop.signal.aborted) {
        const text = failure instanceof SyntaxError ? `The body is not JSON: ${failure.message}` : failure.message;
        replace(said, h('p', { class: 'alarm', role: 'alert' }, foreign(text)));
      }
    }
  }

  async function list() {
    try {
      const late = await ask(`calls?limit=${CALLS_SHOWN}`, { signal: stop.signal });
      replace(calls, late.calls.length === 0 ? nothing('No call has come yet.') : table('Calls of late',
        [{ name: 'Time' }, { name: 'Model' }, { name: 'Outcome' }, { name: '', className: 'number' }],
        late.calls.map(callRow)));
    } catch (failure) {
      if (!stop.signal.aborted) {
        replace(calls, h('p', { class: 'alarm' }, foreign(failure.message)));
      }
    }
  }
}

function callRow(call) {
  const to = `#/why/${encodeURIComponent(call.id)}`;
  const go = () => {
    location.hash = to;
  };
  return h('tr', { tabindex: -1, 'data-row': true, click: go, keydown: (event) => event.key === 'Enter' && go() },
    h('th', { scope: 'row' }, h('a', { href: to }, format.clock(Date.parse(call.time)))),
    h('td', { class: 'cut' }, foreign(call.model ?? call.path)),
    h('td', {}, outcome(call)),
    h('td', { class: 'number' }, format.brief(call.millis * 1000)));
}

const outcome = (call) => h('span', { class: `outcome ${call.outcome ?? ''}` }, h('i'), call.outcome ?? `status ${call.status}`,
  call.reason === undefined ? null : h('small', {}, ` ${call.reason}`));

function aboutCall(call) {
  const rows = [
    ['Request', call.id], ['Time', format.moment(Date.parse(call.time))], ['Call', `${call.method} ${call.path}`],
    ['Status', call.status], ['Took', format.brief(call.millis * 1000)], ['Model', call.model],
    ['Namespace', call.namespace], ['Scope', call.scope], ['Upstream', call.upstream],
  ];
  return [
    h('p', { class: 'verdict' }, outcome(call)),
    call.why === undefined ? null : h('p', {}, call.why),
    facts(rows),
    call.key === undefined ? null : h('p', {}, h('a', { class: 'key', href: `#/entries/${call.key}` }, call.key)),
  ];
}

const facts = (rows) => h('dl', { class: 'facts' }, rows
  .filter(([, value]) => value !== undefined && value !== null && value !== '')
  .map(([name, value]) => [h('dt', {}, name), h('dd', {}, foreign(String(value)))]));

function explanation(told) {
  const [first, ...others] = told.sentences;
  const served = told.items[0]?.served ?? null;
  return [
    h('p', { class: 'verdict' }, foreign(first)),
    others.map((sentence) => h('p', {}, foreign(sentence))),
    served === null ? null : life(served.timing),
    told.near.map(nearMiss),
    told.items.length === 0 ? null : lying(told.items[0]),
    told.key === null ? null : part('The key', [
      h('p', {}, h('a', { class: 'key', href: `#/entries/${told.key}` }, told.key)),
      facts(told.parts.map((one) => [one.name, one.value]))]),
    served === null ? null : part('Tags of the answer', h('p', { class: 'tags' }, served.tags.map((tag) =>
      foreign(tag.tag, { class: `tag ${tag.holds ? 'own' : 'retired'}`, title: tag.holds ? 'holds' : 'was invalidated since' })))),
    told.lifetime === null ? null : part('How long such answers live', facts(Object.entries(told.lifetime).map(span))),
  ];
}

const part = (name, content) => h('section', {}, h('h2', {}, name), content);

/* Times are named as in the settings; what is no time is shown as it is. */
const span = ([name, value]) => [name, name === 'jitter' ? format.percent(value) : name === 'hotHits' ? value : format.span(value)];

function life(timing) {
  const times = Object.fromEntries(Object.entries(timing).map(([name, value]) =>
    [name, typeof value === 'string' ? Date.parse(value) : value]));
  const until = (time) => Math.min(time, times.end);
  return timeline({
    freshUntil: until(times.freshUntil), revalidateUntil: until(times.revalidateUntil), errorUntil: until(times.errorUntil),
  }, times.born, times.now);
}

function nearMiss(near) {
  return part(`Nearly the same was asked at ${format.clock(Date.parse(near.at))}`,
    table('Differences', [{ name: 'Differs in' }, { name: 'This request' }, { name: 'That call' }],
      near.differences.map((one) => h('tr', {},
        h('th', { scope: 'row', class: 'key' }, foreign(one.path)),
        h('td', {}, foreign(one.here)), h('td', {}, foreign(one.there))))));
}

function lying(item) {
  return part('In the tiers', table('Tiers',
    [{ name: 'Tier' }, { name: 'Form' }, { name: 'Born' }, { name: 'Size', className: 'number' }, { name: 'Hits', className: 'number' }],
    item.tiers.map((one) => h('tr', {},
      h('th', { scope: 'row' }, one.tier), h('td', {}, one.form),
      one.entry === null
        ? h('td', { colspan: 3, class: one.trouble === undefined ? 'note' : 'alarm' }, foreign(one.trouble ?? 'nothing'))
        : [h('td', {}, format.moment(Date.parse(one.entry.born))),
          h('td', { class: 'number' }, format.bytes(one.entry.bytes)),
          h('td', { class: 'number' }, format.count(one.entry.hits))]))));
}
