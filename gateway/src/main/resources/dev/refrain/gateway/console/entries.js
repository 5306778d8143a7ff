/* What is kept: a table of entries, found by what they are and sorted by what they are worth. */

import { ask } from './api.js';
import { append, foreign, h, replace } from './dom.js';
import * as format from './format.js';
import { nothing } from './now.js';
import { retire } from './retire.js';

const PAUSE_MILLIS = 200; // after the last letter, before it is searched for
const FIELDS = [
  { name: 'model', hint: 'begins with' }, { name: 'namespace', hint: 'begins with' },
  { name: 'tag', hint: 'is exactly' }, { name: 'key', hint: 'begins with' },
  { name: 'text', hint: 'was said' },
];
const COLUMNS = [
  { name: 'Model' }, { name: 'Namespace', className: 'wide' }, { name: 'Tags', className: 'wide' },
  { name: 'Form', className: 'wide' },
  { name: 'Age', className: 'number', sort: 'age' },
  { name: 'Took', className: 'number wide' },
  { name: 'Size', className: 'number', sort: 'size' },
  { name: 'Hits', className: 'number', sort: 'hits' },
  { name: 'Saved', className: 'number', sort: 'saved', title: 'Tokens that its hits did not cost' },
  { name: 'Key', className: 'wide' },
];

/** Shows the page until it is closed. */
export function open(place, rest, query) {
  const wanted = { sort: query.get('sort') ?? 'age', order: query.get('order') ?? 'asc' };
  const fields = FIELDS.map((field) => h('input', {
    type: 'search', name: field.name, placeholder: field.hint, value: query.get(field.name) ?? '',
    'data-search': field === FIELDS[0], spellcheck: 'false', autocomplete: 'off',
  }));
  const found = h('output', { class: 'found' });
  const head = h('tr', {});
  const rows = h('tbody', {});
  const foot = h('div', { class: 'foot' });
  const tagged = h('span', {});
  const shown = new Set(); // tiers count hits apart, so that an entry may come twice
  let search = new AbortController();
  let pause = null;

  append(place, [
    h('form', { class: 'search', role: 'search', submit: (event) => event.preventDefault() },
      fields.map((field) => h('label', {}, h('span', {}, field.name), field)), tagged, found),
    h('table', { class: 'entries', 'aria-label': 'Entries' }, h('thead', {}, head), rows), foot]);
  fields.forEach((field) => field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(begin, PAUSE_MILLIS);
  }));
  begin();
  return () => {
    clearTimeout(pause);
    search.abort();
  };

  function parameters() {
    const given = fields.filter((field) => field.value !== '').map((field) => [field.name, field.value]);
    return new URLSearchParams([...given, ...Object.entries(wanted)]);
  }

  function begin() {
    search.abort();
    search = new AbortController();
    if (location.hash.startsWith('#/entries')) { // else somebody is about to leave
      history.replaceState(null, '', `#/entries?${parameters()}`);
    }
    replace(head, COLUMNS.map(heading));
    const tag = fields.find((field) => field.name === 'tag').value;
    replace(tagged, tag === '' ? null
      : h('button', { type: 'button', click: () => retire({ tag }, begin) }, 'Invalidate this tag …'));
    load(null);
  }

  function heading(column) {
    const sorted = column.sort === wanted.sort;
    return h('th', {
      scope: 'col', class: column.className, title: column.title,
      'aria-sort': sorted ? (wanted.order === 'asc' ? 'ascending' : 'descending') : null,
    }, column.sort === undefined ? column.name : h('button', { type: 'button', click: () => sortBy(column.sort) }, column.name));
  }

  function sortBy(sort) {
    wanted.order = wanted.sort === sort && wanted.order === 'desc' ? 'asc' : 'desc';
    wanted.sort = sort;
    begin();
  }

  async function load(after) {
    const query = parameters();
    if (after !== null) {
      query.set('after', after);
    }
    const { signal } = search;
    try {
      const page = await ask(`entries?${query}`, { signal });
      if (after === null) {
        replace(rows);
        shown.clear();
      }
      const fresh = page.entries.filter((entry) => !shown.has(name(entry)));
      fresh.forEach((entry) => shown.add(name(entry)));
      append(rows, fresh.map((entry) => row(entry, page.nowMillis)));
      found.textContent = format.plural(page.matched, 'entry', 'entries')
        + (page.complete ? '' : ', and perhaps more')
        + (page.silent.length === 0 ? '' : `; no answer from ${page.silent.join(', ')}`);
      replace(foot, rows.childElementCount === 0 ? nothing(emptiness())
        : page.next === null ? null : h('button', { type: 'button', click: () => load(page.next) }, 'More'));
    } catch (failure) {
      if (!signal.aborted) {
        replace(foot, h('p', { class: 'alarm', role: 'alert', 'data-retry': true }, failure.message));
      }
    }
  }

  function emptiness() {
    return fields.some((field) => field.value !== '')
      ? 'Nothing that is kept is like that.'
      : 'Nothing is kept yet. Ask something twice: the second answer comes from here.';
  }
}

const name = (entry) => `${entry.key} ${entry.form}`;

function row(entry, now) {
  const to = `#/entries/${entry.key}?form=${encodeURIComponent(entry.form)}`;
  const go = () => {
    location.hash = to;
  };
  return h('tr', { tabindex: -1, 'data-row': true, click: go, keydown: (event) => event.key === 'Enter' && go() },
    h('th', { scope: 'row', class: 'cut' }, h('a', { href: to }, foreign(entry.model || '(no model)'))),
    h('td', { class: 'wide cut' }, foreign(entry.namespace)),
    h('td', { class: 'wide cut tags' }, entry.tags.map((tag) => foreign(tag, { class: 'tag' }))),
    h('td', { class: 'wide' }, entry.form),
    h('td', { class: 'number', title: format.moment(entry.bornMillis) }, format.span(Math.max(0, now - entry.bornMillis))),
    h('td', { class: 'number wide' }, format.span(entry.tookMillis)),
    h('td', { class: 'number' }, format.bytes(entry.bytes)),
    h('td', { class: 'number' }, format.count(entry.hits)),
    h('td', { class: 'number' }, entry.savedTokens < 0 ? h('small', {}, 'unknown') : format.count(entry.savedTokens)),
    h('td', { class: 'wide key' }, entry.key.slice(0, 10)));
}
