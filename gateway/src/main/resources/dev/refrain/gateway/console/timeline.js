/* The life of an entry as a line: born, fresh until, stale but of use until, gone. */

import { h, svg } from './dom.js';
import { moment, span } from './format.js';

const WIDTH = 1000;

/** Draws it; all times are in milliseconds since the epoch. */
export function timeline(times, born, now) {
  const end = Math.max(times.errorUntil, times.revalidateUntil, now) + 1;
  const x = (millis) => ((Math.min(Math.max(millis, born), end) - born) / (end - born)) * WIDTH;
  const phases = [
    ['fresh', 'fresh', born, times.freshUntil, 'Served as it is'],
    ['revalidate', 'stale', times.freshUntil, times.revalidateUntil, 'Served while a new one is fetched'],
    ['error', 'if upstream fails', Math.max(times.freshUntil, times.revalidateUntil), times.errorUntil, 'Served only if upstream fails'],
  ].filter(([, , from, to]) => to > from);
  return h('figure', { class: 'life' },
    svg('svg', { viewBox: `0 0 ${WIDTH} 16`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      phases.map(([kind, , from, to]) => svg('rect', { class: kind, x: x(from), width: Math.max(1, x(to) - x(from)), y: 4, height: 8 })),
      svg('rect', { class: 'present', x: Math.min(WIDTH - 3, x(now)), y: 0, width: 3, height: 16 })),
    h('figcaption', {},
      h('span', {}, h('b', {}, 'born '), h('time', { title: moment(born) }, `${span(now - born)} ago`)),
      phases.map(([kind, name, , to, title]) => h('span', { title }, h('i', { class: kind }), h('b', {}, `${name} `),
        h('time', { title: moment(to) }, to > now ? `for ${span(to - now)}` : `until ${span(now - to)} ago`)))));
}
