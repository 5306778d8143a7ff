/* One answer: what it says, how it came, how long it lives, and how to be rid of it. */

import { answerText, isStream, pretty } from './answer.js';
import { ask } from './api.js';
import { append, foreign, h, replace, table } from './dom.js';
import * as format from './format.js';
import { nothing } from './now.js';
import { player } from './player.js';
import { prose } from './prose.js';
import { question } from './question.js';
import { refresh } from './refresh.js';
import { retire } from './retire.js';
import { timeline } from './timeline.js';

const OWN_TAG = /^(model|namespace|scope|dialect|key):/;

/** Shows the entry with this key until the page is closed. */
export function open(place, key, query) {
  let playing = null;
  const back = () => {
    location.hash = '#/entries';
  };
  const body = h('div', {});
  append(place, [h('p', { class: 'back' }, h('a', { href: '#/entries', 'data-back': true }, '← Entries')), body]);
  load();
  return () => playing?.stop();

  async function load() {
    try {
      const entry = await ask(`entries/${encodeURIComponent(key)}?form=${encodeURIComponent(query.get('form') ?? 'whole')}`);
      const form = entry.forms.find((one) => one.form === query.get('form')) ?? entry.forms[0];
      show(entry, form);
    } catch (failure) {
      replace(body, failure.status === 404
        ? nothing('This entry is not kept, or no longer.')
        : h('p', { class: 'alarm', role: 'alert', 'data-retry': true }, failure.message));
    }
  }

  function show(entry, form) {
    playing?.stop();
    playing = null;
    const chunks = cut(form.body);
    const paper = h('div', { class: 'paper', dir: 'auto' });
    const raw = h('pre', { class: 'paper raw', hidden: true, dir: 'ltr' });
    if (isStream(form.contentType) && chunks.length > 1) {
      playing = player(form.contentType, chunks, paper);
    }
    replace(paper, prose(answerText(form.contentType, chunks)));
    replace(body,
      headline(entry, form),
      timeline(form.times, form.bornMillis, entry.nowMillis),
      form.valid ? null : h('p', { class: 'alarm' }, 'One of its tags was invalidated: it is not served any more.'),
      entry.forms.length > 1 ? formsOf(entry, form) : null,
      asked(form.request),
      h('section', { class: 'answer' },
        h('h2', {}, 'Answer', choice(['Text', 'Raw'], (name) => {
          paper.hidden = name === 'Raw';
          raw.hidden = name !== 'Raw';
          if (name === 'Raw' && raw.textContent === '') {
            raw.textContent = rawText(form, chunks);
          }
        })),
        playing?.element,
        paper, raw,
        form.body.total > chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0)
          ? h('p', { class: 'note' }, `Only its beginning is shown, of ${format.bytes(form.body.total)} in all.`) : null),
      h('div', { class: 'pair' }, facts(form), headers(form)));
  }

  function headline(entry, form) {
    const model = valueOf(form.tags, 'model');
    return h('header', { class: 'headline' },
      h('h1', {}, foreign(model || '(no model)')),
      h('p', { class: 'key' }, entry.key),
      h('div', { class: 'actions' },
        form.request === null ? null
          : h('button', { type: 'button', click: () => refresh(entry.key, form.form, load) }, 'Refresh now …'),
        h('button', { type: 'button', class: 'danger', click: () => retire({ key: entry.key }, back) }, 'Delete …')),
      h('p', { class: 'tags' }, form.tags.map((tag) =>
        h('button', { type: 'button', class: `tag ${OWN_TAG.test(tag) ? 'own' : ''}`, title: 'Invalidate this tag …', click: () => retire({ tag }, load) }, foreign(tag)))));
  }

  function formsOf(entry, shown) {
    return h('p', { class: 'forms' }, 'Kept as ', entry.forms.map((form) =>
      h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(form === shown), click: () => show(entry, form) }, form.form)));
  }
}

function asked(request) {
  if (request === null) {
    return h('p', { class: 'note' }, 'What was asked is not kept: that is off unless ', h('code', {}, 'keep-requests'), ' is set.');
  }
  const shown = h('div', {}, question(request, false));
  return h('section', { class: 'answer asked' },
    h('h2', {}, 'Asked', choice(['Text', 'JSON'], (name) => replace(shown, question(request, name === 'JSON')))),
    shown,
    h('p', { class: 'note' }, foreign(`${request.method} ${request.target}`),
      request.headers.map(([name, value]) => [' · ', foreign(`${name}: ${value}`)]),
      request.total > atob(request.base64).length ? `. Only its beginning is shown, of ${format.bytes(request.total)}.` : null));
}

const valueOf = (tags, name) => tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';

function choice(names, chosen) {
  const buttons = names.map((name, i) => h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(i === 0), click: () => press(i) }, name));
  function press(at) {
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
    chosen(names[at]);
  }
  return h('span', { class: 'choice' }, buttons);
}

function facts(form) {
  const tokens = (value) => (value < 0 ? 'unknown' : format.whole(value));
  const rows = [
    ['Born', format.moment(form.bornMillis)],
    ['Upstream took', format.span(form.tookMillis)],
    ['Tokens', form.inputTokens < 0 && form.outputTokens < 0 ? 'unknown: its reply does not tell'
      : `${tokens(form.inputTokens)} in, ${tokens(form.outputTokens)} out`],
    ['Size', `${format.bytes(form.body.total)} in ${format.plural(form.body.ends.length, 'chunk')}`],
    ['Lies in', form.tiers.map((tier) => `${tier.name} (${format.plural(tier.hits, 'hit')})`).join(', ')],
    ['ETag', form.etag],
  ];
  return h('section', {}, h('h2', {}, 'Facts'), h('dl', { class: 'facts' },
    rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, foreign(value))])));
}

function headers(form) {
  return h('section', {}, h('h2', {}, 'Headers'), table('Headers', [{ name: 'Name' }, { name: 'Value' }],
    form.headers.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, foreign(name)), h('td', { class: 'key' }, foreign(value))))));
}

/** The chunks with their times, as they once came. */
function cut(body) {
  const all = Uint8Array.from(atob(body.base64), (letter) => letter.charCodeAt(0));
  let start = 0;
  return body.ends.map((end, i) => {
    const chunk = { bytes: all.subarray(start, end), millis: body.millis[i] };
    start = end;
    return chunk;
  }).filter((chunk) => chunk.bytes.length > 0);
}

function rawText(form, chunks) {
  const decoder = new TextDecoder();
  const text = chunks.map((chunk) => decoder.decode(chunk.bytes, { stream: true })).join('') + decoder.decode();
  try {
    return pretty(JSON.parse(text));
  } catch {
    return text;
  }
}
