/*
 * Charts over time, as SVG that is drawn anew once a second: a few paths, whatever they show. The
 * legend tells the newest figures, or those beneath the pointer; arrow keys move it as well.
 */

import { append, h, replace, svg } from './dom.js';
import { clock } from './format.js';

const BOTTOM = 18; // for the hours
const TOP = 12; // for the label of the highest line
const SECONDS_MIN = 60; // so that the first of them do not fill the whole width

/**
 * Makes a chart.
 *
 * @param series `{name, tone, kind, title}` each: kind is `area`, which is stacked upon those
 *     before it, `line`, or `edge`, which is drawn thin and filled towards the line before it
 * @param scaleOf makes a scale of the largest (and smallest) value and the height
 */
export function chart({ title, note, height, series, scaleOf, format }) {
  const drawing = svg('svg', {
    class: 'plot', height, tabindex: 0, role: 'group',
    'aria-label': `${title}. Arrow keys move through time.`,
  });
  const legend = series.map((one) => ({ one, value: h('output', {}, '–') }));
  const when = h('span', { class: 'when' });
  const element = h('figure', { class: 'chart' },
    h('figcaption', {},
      h('h2', { title: note }, title),
      when,
      h('ul', { class: 'legend' }, legend.map(({ one, value }) =>
        h('li', { class: one.tone, title: one.title }, h('i', { class: one.kind }), one.name, value)))),
    drawing);
  const state = { width: 0, data: { times: [], values: series.map(() => []) }, at: null };

  function draw() {
    const { width, data } = state;
    if (width === 0 || data.times.length < 2) {
      replace(drawing, svg('text', { class: 'waiting', x: 0, y: height / 2 }, 'Figures come once a second.'));
      tell();
      return;
    }
    const x = (index) => width - (data.times.length - 1 - index) * stride(width, data.times.length);
    const stacks = pile(series, data.values);
    const tall = height - BOTTOM - TOP;
    const { y, ticks } = scaleOf(stacks.flat().filter((value) => value !== null), tall);
    replace(drawing, svg('g', { transform: `translate(0 ${TOP})` },
      ticks.map((tick) => svg('line', { class: 'grid', x2: width, y1: tick.y, y2: tick.y })),
      series.map((one, index) => paths(one, index, { series, stacks, x, y, ground: tall })),
      svg('line', { class: 'ground', x2: width, y1: tall, y2: tall }),
      ticks.map((tick) => svg('text', { class: 'tick', y: tick.y - 3 }, tick.label)),
      hours(data.times, x, tall, width),
      state.at === null ? null : cursor(series, stacks, state.at, { x, y, tall })));
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    tell();
  }

  function tell() {
    const { data } = state;
    const index = state.at ?? data.times.length - 1;
    when.textContent = state.at === null ? '' : clock(data.times[index]);
    legend.forEach(({ value }, i) => {
      const figure = data.values[i][index];
      value.textContent = figure === null || figure === undefined ? '–' : format(figure);
    });
  }

  function point(at) {
    const last = state.data.times.length - 1;
    state.at = at === null || last < 1 ? null : Math.max(0, Math.min(last, at));
    draw();
  }

  drawing.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect();
    const { length } = state.data.times;
    point(length - 1 - Math.round((box.right - event.clientX) / stride(box.width, length)));
  });
  drawing.addEventListener('pointerleave', () => point(null));
  drawing.addEventListener('blur', () => point(null));
  drawing.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      point((state.at ?? state.data.times.length - 1) + step);
    } else if (event.key === 'Escape') {
      point(null);
    }
  });
  new ResizeObserver(([entry]) => {
    state.width = Math.round(entry.contentRect.width);
    draw();
  }).observe(drawing);

  return {
    element,
    show(data) {
      state.data = data;
      draw();
    },
  };
}

const stride = (width, length) => width / (Math.max(length, SECONDS_MIN) - 1);

/** Areas stand upon each other; lines stand for themselves. */
function pile(series, values) {
  const ground = [];
  return series.map((one, index) => values[index].map((value, i) => {
    if (one.kind !== 'area') {
      return value;
    }
    ground[i] = (ground[i] ?? 0) + (value ?? 0);
    return ground[i];
  }));
}

function paths(one, index, { series, stacks, x, y, ground }) {
  const own = stacks[index];
  if (one.kind === 'area') {
    const below = series.slice(0, index).findLastIndex((other) => other.kind === 'area');
    const floor = below < 0 ? own.map(() => ground) : stacks[below].map(y);
    return svg('path', { class: `area ${one.tone}`, d: between(own.map(y), floor, x) });
  }
  const drawn = [svg('path', { class: `${one.kind} ${one.tone}`, d: line(own, x, y) })];
  if (one.kind === 'edge') {
    drawn.unshift(svg('path', { class: `band ${one.tone}`, d: band(own, stacks[index - 1], x, y) }));
  }
  return drawn;
}

const place = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function between(upper, lower, x) {
  const there = upper.map((y, i) => place(x(i), y));
  const back = lower.map((y, i) => place(x(i), y)).reverse();
  return `M${there.join('L')}L${back.join('L')}Z`;
}

/** A line with a gap wherever there was nothing to measure; what stands alone becomes a dash. */
function line(values, x, y) {
  return runs(values).map((run) =>
    run.length === 1
      ? `M${place(x(run[0]) - 1, y(values[run[0]]))}h2`
      : `M${run.map((i) => place(x(i), y(values[i]))).join('L')}`).join('');
}

function band(upper, lower, x, y) {
  return runs(upper).filter((run) => run.length > 1).map((run) => {
    const there = run.map((i) => place(x(i), y(upper[i])));
    const back = run.map((i) => place(x(i), y(lower[i] ?? upper[i]))).reverse();
    return `M${there.join('L')}L${back.join('L')}Z`;
  }).join('');
}

function runs(values) {
  const found = [];
  let open = null;
  values.forEach((value, i) => {
    if (value === null) {
      open = null;
    } else if (open === null) {
      found.push(open = [i]);
    } else {
      open.push(i);
    }
  });
  return found;
}

/** The full minutes, and no more of them than have room. */
function hours(times, x, tall, width) {
  const minutes = Math.ceil((times.at(-1) - times[0]) / 60_000);
  const every = Math.max(1, Math.ceil((minutes * 56) / width));
  const texts = [];
  for (let i = 1; i < times.length; i++) {
    const minute = Math.floor(times[i] / 60_000);
    if (minute !== Math.floor(times[i - 1] / 60_000) && minute % every === 0 && x(i) < width - 20) {
      texts.push(svg('text', { class: 'hour', x: x(i), y: tall + 14 }, clock(times[i]).slice(0, 5)),
        svg('line', { class: 'ground', x1: x(i), x2: x(i), y1: tall, y2: tall + 3 }));
    }
  }
  return texts;
}

function cursor(series, stacks, at, { x, y, tall }) {
  const group = svg('g', { class: 'cursor' }, svg('line', { x1: x(at), x2: x(at), y1: -TOP, y2: tall }));
  append(group, series.map((one, index) => {
    const value = stacks[index][at];
    return value === null || value === undefined
      ? null : svg('circle', { class: one.tone, cx: x(at), cy: y(value), r: 2.5 });
  }));
  return group;
}
