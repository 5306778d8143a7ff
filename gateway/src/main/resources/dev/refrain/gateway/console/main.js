/* The frame of the console: which page is shown, in which theme, and whether the gateway answers. */

import { reconsider } from './access.js';
import { h, replace } from './dom.js';
import { keyboard } from './keyboard.js';
import { pulse } from './samples.js';

/* Each page is a module that exports `open(place, rest, query)`, which returns how to close it. */
const PAGES = {
  now: () => import('./now.js'),
  entries: () => import('./entries.js'),
  entry: () => import('./entry.js'),
  why: () => import('./why.js'),
  settings: () => import('./settings.js'),
};
const TITLES = { now: 'Now', entries: 'Entries', entry: 'Entry', why: 'Why', settings: 'Settings' };
const THEMES = { auto: '◐ Auto', light: '○ Light', dark: '● Dark' };

const place = document.getElementById('page');
let close = () => {};
let turn = 0;

/** `#/entries/KEY?sort=age` is the page entries, the rest KEY, and a query. */
async function show() {
  const [path, query = ''] = location.hash.slice(2).split('?');
  const [first = 'now', rest = ''] = path.split('/').map(decoded);
  const name = first === 'entries' && rest !== '' ? 'entry' : first in PAGES ? first : 'now';
  const mine = ++turn;
  const page = await PAGES[name]();
  if (mine !== turn) {
    return; // who clicks fast is elsewhere by now
  }
  close();
  replace(place);
  place.className = name;
  document.title = `${TITLES[name]} · Refrain`;
  for (const link of document.querySelectorAll('nav a')) {
    const current = link.dataset.page === name || (name === 'entry' && link.dataset.page === 'entries');
    link.toggleAttribute('aria-current', current);
    if (current) {
      link.setAttribute('aria-current', 'page');
    }
  }
  close = page.open(place, rest, new URLSearchParams(query)) ?? (() => {});
  document.documentElement.dataset.shown = name;
}

/** Addresses are written by hand as well. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function theme() {
  const button = document.getElementById('theme');
  const root = document.documentElement;
  const label = () => {
    button.textContent = THEMES[root.dataset.theme ?? 'auto'];
    button.setAttribute('aria-label', `Theme: ${root.dataset.theme ?? 'as the system'}. Change it`);
  };
  button.addEventListener('click', () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(root.dataset.theme ?? 'auto') + 1) % names.length];
    if (next === 'auto') {
      delete root.dataset.theme;
      localStorage.removeItem('refrain.theme');
    } else {
      root.dataset.theme = next;
      localStorage.setItem('refrain.theme', next);
    }
    label();
  });
  label();
}

theme();
keyboard(document.getElementById('keys'));
const listenAnew = pulse((state, status) => {
  const element = document.getElementById('pulse');
  element.className = state === 'live' ? 'live' : state === '' ? '' : 'lost';
  replace(element, h('i'), h('span', {}, state), status === 401
    ? h('button', { type: 'button', class: 'quiet', click: enter }, 'Enter the token') : null);
  if (state === 'live' && place.querySelector('[data-retry]') !== null) {
    show(); // what could not be had may be there now
  }
});

function enter() {
  reconsider();
  listenAnew();
}

window.addEventListener('hashchange', show);
show();
