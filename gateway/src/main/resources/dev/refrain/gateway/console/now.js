/* What the cache does at this moment, and what it has saved. */

import { chart } from './chart.js';
import { append, foreign, h, replace, table } from './dom.js';
import * as format from './format.js';
import { recent, watch } from './samples.js';
import { linear, logarithmic } from './scale.js';

const LATELY_SECONDS = 60;
const HITS = ['replayed', 'stale', 'joined'];
const ASKED = [...HITS, 'fetched'];
const OUTCOMES = [
  { name: 'replayed', tone: 'replayed', kind: 'area', title: 'It lay in the cache, fresh' },
  { name: 'joined', tone: 'joined', kind: 'area', title: 'The same call was under way, and was shared' },
  { name: 'stale', tone: 'stale', kind: 'area', title: 'It lay in the cache, no longer fresh' },
  { name: 'fetched', tone: 'fetched', kind: 'area', title: 'A call that was paid for' },
  { name: 'bypassed', tone: 'bypassed', kind: 'area', title: 'Not for the cache' },
  { name: 'refused', tone: 'refused', kind: 'area', title: 'Wanted from the cache only, which had none' },
  { name: 'failed', tone: 'failed', kind: 'area', title: 'An error of the gateway itself' },
];
const LATENCIES = [
  { name: 'hit', tone: 'replayed', kind: 'line', title: 'Half of all hits are faster', key: 'hitP50' },
  { name: 'p99', tone: 'replayed', kind: 'edge', title: '99 of 100 hits are faster', key: 'hitP99' },
  { name: 'miss', tone: 'fetched', kind: 'line', title: 'Half of all misses are faster', key: 'missP50' },
  { name: 'p99', tone: 'fetched', kind: 'edge', title: '99 of 100 misses are faster', key: 'missP99' },
];
const AIR = [
  { name: 'flights', tone: 'fetched', kind: 'line', title: 'Calls under way upstream', key: 'flights' },
  { name: 'followers', tone: 'joined', kind: 'line', title: 'Callers who share one of them', key: 'followers' },
];

const fromZero = (label) => (values, height) => linear(Math.max(0, ...values), height, label);

function powers(values, height) {
  const some = values.length === 0 ? [1, 1e6] : values;
  return logarithmic(Math.min(...some), Math.max(...some), height, format.brief);
}

/** Shows the page until it is closed. */
export function open(place) {
  const figures = h('section', { class: 'figures', 'aria-label': 'In short' });
  const calls = chart({
    title: 'Calls per second', height: 210, series: OUTCOMES, scaleOf: fromZero(format.rate), format: format.rate,
  });
  const latency = chart({
    title: 'Latency', height: 170, series: LATENCIES, scaleOf: powers, format: format.brief,
  });
  const air = chart({
    title: 'In the air', height: 170, series: AIR, scaleOf: fromZero(format.rate), format: format.count,
  });
  const tiers = h('section', {});
  const models = h('section', {});
  const reasons = h('section', {});
  append(place, [figures, calls.element,
    h('div', { class: 'pair' }, latency.element, air.element), tiers,
    h('div', { class: 'pair' }, models, reasons)]);
  const pick = (series, columns) => ({ times: columns.at, values: series.map((one) => columns[one.key ?? one.name]) });
  return watch((columns, now) => {
    replace(figures, inShort(now));
    calls.show(pick(OUTCOMES, columns));
    latency.show(pick(LATENCIES, columns));
    air.show(pick(AIR, columns));
    renew(tiers, now.tiers, () => [h('h2', {}, 'Tiers'), tierTable(now.tiers)]);
    renew(models, [now.models, now.unpriced], () => [h('h2', {}, 'Models'), modelTable(now), origin(now)]);
    renew(reasons, now.replies, () => [h('h2', {}, 'Not kept, and why'), reasonBars(now.replies.notKept)]);
  });
}

const shown = new WeakMap();

/** Makes anew only what has changed, so that what somebody reads or marks stands still. */
function renew(element, data, make) {
  const text = JSON.stringify(data);
  if (shown.get(element) !== text) {
    shown.set(element, text);
    replace(element, make());
  }
}

function inShort({ today, ever, prices }) {
  const asked = recent(ASKED, LATELY_SECONDS);
  const hits = recent(HITS, LATELY_SECONDS);
  const all = recent(OUTCOMES.map((outcome) => outcome.name), LATELY_SECONDS);
  const tokens = ({ tokensSaved }) => tokensSaved.input + tokensSaved.output;
  return [
    figure('Hit rate', asked === 0 ? '–' : format.percent(hits / asked), 'of the last minute'),
    figure('Calls', format.rate(all / LATELY_SECONDS), 'per second'),
    figure('Money saved', format.money(today.moneySaved), `today · ${format.money(ever.moneySaved)} ever`,
      `Spent: ${format.money(today.moneySpent)} today, ${format.money(ever.moneySpent)} since ${ever.since}. Prices of ${prices.date}, ${prices.source}`),
    figure('Tokens saved', format.count(tokens(today)), `today · ${format.count(tokens(ever))} ever`,
      `Ever: ${format.whole(ever.tokensSaved.input)} in, ${format.whole(ever.tokensSaved.output)} out; ${format.whole(ever.tokensSaved.estimated)} of them estimated`),
    figure('Time saved', format.span(today.secondsSaved * 1000), `today · ${format.span(ever.secondsSaved * 1000)} ever`,
      'What upstream would have needed for what hits have got at once'),
  ];
}

const figure = (name, value, note, title) =>
  h('div', { title }, h('h2', {}, name), h('p', { class: 'large' }, value), h('p', { class: 'note' }, note));

function tierTable(tiers) {
  const right = 'number';
  return table('Tiers', [
    { name: 'Tier' }, { name: 'State' },
    { name: 'Entries', className: right }, { name: 'Bytes', className: right },
    { name: 'Full', className: 'wide' },
    { name: 'Hits', className: right }, { name: 'Misses', className: `${right} wide` },
    { name: 'Evicted', className: `${right} wide` }, { name: 'Errors', className: right },
  ], tiers.map((tier) => h('tr', {},
    h('th', { scope: 'row' }, tier.name),
    h('td', {}, state(tier)),
    h('td', { class: right }, known(tier.entries, format.count)),
    h('td', { class: right }, known(tier.bytes, format.bytes)),
    h('td', { class: 'wide' }, tier.bytesMax > 0 && tier.bytes >= 0
      ? [meter(tier.bytes / tier.bytesMax), h('small', {}, ` of ${format.bytes(tier.bytesMax)}`)] : '–'),
    h('td', { class: right }, format.count(tier.hits)),
    h('td', { class: `${right} wide` }, format.count(tier.misses)),
    h('td', { class: `${right} wide` }, known(tier.evictions, format.count)),
    h('td', { class: `${right} ${tier.errors > 0 ? 'alarm' : ''}` }, format.count(tier.errors)))));
}

const known = (value, how) => (value < 0 ? '–' : how(value));

const STATES = { closed: ['well', 'well'], half_open: ['tried', 'being tried'], open: ['ill', 'left alone'] };

function state(tier) {
  const [tone, word] = STATES[tier.breaker] ?? ['tried', tier.breaker];
  return h('span', { class: `state ${tone}` }, h('i'), word);
}

/** A bar that shows a share. */
export const meter = (share) =>
  h('span', { class: 'meter', role: 'img', 'aria-label': format.percent(share), '--share': Math.min(1, Math.max(0, share)) });

function modelTable({ models, unpriced }) {
  if (models.length === 0) {
    return nothing('No model was asked yet. The model demo needs no key: ask at /ask?q=What+is+a+refrain');
  }
  return table('Models', [
    { name: 'Model' }, { name: 'Calls', className: 'number' }, { name: 'Hits', className: 'number' },
    { name: 'Saved', className: 'number' },
  ], models.map((model) => h('tr', {},
    h('th', { scope: 'row', class: 'cut' }, foreign(model.model)),
    h('td', { class: 'number' }, format.count(model.calls)),
    h('td', { class: 'number' }, model.calls === 0 ? '–' : format.percent(model.hitRate)),
    h('td', { class: 'number' }, unpriced.includes(model.model)
      ? h('small', { title: 'No price is known of it' }, 'no price') : format.money(model.moneySaved)))));
}

/** By which prices all money here is counted, and what has none. */
const origin = ({ prices, unpriced }) => h('p', { class: 'note prices' },
  `Prices of ${prices.date}: ${prices.source}.`,
  unpriced.length === 0 ? null : [' No price is known for ', unpriced.map((model, i) => [i === 0 ? '' : ', ', foreign(model)]), '.'],
  ' Another table is named by ', h('code', {}, 'figures.prices'), '.');

function reasonBars(counts) {
  const reasons = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const most = reasons[0]?.[1];
  return reasons.length === 0
    ? nothing('Every reply so far could be kept.')
    : h('ol', { class: 'bars' }, reasons.map(([name, count]) => h('li', { '--share': count / most },
      h('span', {}, name), h('output', {}, format.count(count)))));
}

/** What stands where there is nothing yet. */
export const nothing = (text) => h('p', { class: 'nothing' }, text);
