/* What is in force, and who said so. */

import { ask } from './api.js';
import { append, foreign, h, replace } from './dom.js';
import { plural } from './format.js';
import { nothing } from './now.js';

const ORIGINS = { default: 'default', file: 'file', environment: 'environment', flag: 'flag' };

/** Shows the page until it is closed. */
export function open(place) {
  const stop = new AbortController();
  const filter = h('input', { type: 'search', 'data-search': true, 'aria-label': 'Search settings', placeholder: 'cache.ttl', input: show });
  const given = h('input', { type: 'checkbox', input: show });
  const found = h('output', { class: 'found' });
  const warnings = h('div', {});
  const list = h('div', { class: 'sections' });
  let settings = null;
  append(place, [
    h('form', { class: 'search', role: 'search', submit: (event) => event.preventDefault() },
      h('label', {}, h('span', {}, 'setting'), filter),
      h('label', { class: 'check' }, given, 'only what somebody has set'), found), warnings, list]);
  load();
  return () => stop.abort();

  async function load() {
    try {
      settings = await ask('settings', { signal: stop.signal });
      show();
    } catch (failure) {
      if (!stop.signal.aborted) {
        replace(list, h('p', { class: 'alarm', role: 'alert', 'data-retry': true }, failure.message));
      }
    }
  }

  function show() {
    if (settings === null) {
      return;
    }
    const wanted = filter.value.toLowerCase();
    const values = settings.values.filter((one) =>
      (!given.checked || one.origin.kind !== 'default') && one.path.toLowerCase().includes(wanted));
    found.textContent = plural(values.length, 'setting');
    const sections = Map.groupBy(values, (one) => one.path.includes('.') ? one.path.slice(0, one.path.lastIndexOf('.')) : '');
    replace(warnings, settings.warnings.map((warning) => h('p', { class: 'warning' }, foreign(warning))));
    replace(list,
      [...sections].map(([name, rows]) => section(name, rows)),
      values.length === 0 ? nothing('No setting is like that.') : null);
  }
}

function section(name, rows) {
  return h('section', {}, h('h2', {}, name === '' ? 'general' : foreign(name)), h('table', { 'aria-label': name || 'general' }, h('tbody', {},
    rows.map((row) => h('tr', { class: row.origin.kind === 'default' ? 'default' : 'given' },
      h('th', { scope: 'row' }, foreign(row.path.slice(row.path.lastIndexOf('.') + 1))),
      h('td', { class: 'value' }, foreign(row.value === '' ? 'none' : row.value)),
      h('td', { class: 'origin', title: ORIGINS[row.origin.kind] }, foreign(row.origin.text)))))));
}
