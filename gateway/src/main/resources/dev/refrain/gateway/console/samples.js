/*
 * What the gateway tells once a second, and the last minutes of it. One stream serves all pages,
 * and only while somebody can see them.
 */

import { listen } from './api.js';

/* The columns of a sample, in the order in which the gateway sends them. Times are in µs. */
const COLUMNS = [
  'at', 'replayed', 'stale', 'joined', 'fetched', 'bypassed', 'refused', 'failed',
  'hitP50', 'hitP99', 'missP50', 'missP99', 'flights', 'followers',
];
const SAMPLES_MAX = 300;

const columns = Object.fromEntries(COLUMNS.map((name) => [name, []]));
const watchers = new Set();
let newest = null;

/**
 * Listens while the page can be seen; tells of its state by `live` or what is wrong, and the status
 * that says so. Returns how to begin anew at once.
 */
export function pulse(state) {
  let stop = null;
  const start = () => {
    stop = new AbortController();
    listen('events', stop.signal, hear, state);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      stop?.abort();
      stop = null;
    } else if (stop === null) {
      start();
    }
  });
  if (!document.hidden) {
    start();
  }
  return () => {
    stop?.abort();
    start();
  };
}

/** Calls back at once if anything is known, and with all that comes; returns how to end it. */
export function watch(watcher) {
  watchers.add(watcher);
  if (newest !== null) {
    watcher(columns, newest);
  }
  return () => watchers.delete(watcher);
}

function hear(event, data) {
  if (event === 'past') {
    COLUMNS.forEach((name) => {
      columns[name].length = 0;
    });
  } else if (event !== 'now') {
    return;
  }
  data.samples.forEach(add);
  newest = data.now;
  watchers.forEach((watcher) => watcher(columns, newest));
}

function add(sample) {
  COLUMNS.forEach((name, i) => {
    columns[name].push(sample[i] < 0 ? null : sample[i]);
    if (columns[name].length > SAMPLES_MAX) {
      columns[name].shift();
    }
  });
}

/** The sum of the newest samples of some columns. */
export function recent(names, seconds) {
  return names.reduce((sum, name) =>
    sum + columns[name].slice(-seconds).reduce((all, value) => all + value, 0), 0);
}
