/* Everything can be done with the keyboard by Tab and Enter; these keys are the shorter way. */

import { h } from './dom.js';

const PAGES = { 1: 'now', 2: 'entries', 3: 'why', 4: 'settings' };
const KEYS = [
  ['1 2 3 4', 'Now, Entries, Why, Settings'],
  ['/', 'search'],
  ['j k', 'next and previous row; Enter opens it'],
  ['← →', 'through time, in a chart'],
  ['Esc', 'back'],
  ['?', 'this'],
];

/** Listens to keys for as long as the page lives. */
export function keyboard(button) {
  button.addEventListener('click', help);
  document.addEventListener('keydown', (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]');
    if (!busy && !isTyping(event.target) && act(event.key)) {
      event.preventDefault();
    }
  });
}

const isTyping = (element) => element.matches('input:not([type=range]), textarea, select, [contenteditable]');

function act(key) {
  if (key in PAGES) {
    location.hash = `#/${PAGES[key]}`;
  } else if (key === '/') {
    document.querySelector('[data-search]')?.focus();
  } else if (key === 'j' || key === 'k') {
    move(key === 'j' ? 1 : -1);
  } else if (key === 'Escape' && document.querySelector('[data-back]')) {
    document.querySelector('[data-back]').click();
  } else if (key === '?') {
    help();
  } else {
    return false;
  }
  return true;
}

function move(step) {
  const rows = [...document.querySelectorAll('[data-row]')];
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

function help() {
  const box = h('dialog', { close: () => box.remove() },
    h('h2', {}, 'Keys'),
    h('dl', { class: 'keys' }, KEYS.map(([keys, meaning]) => [
      h('dt', {}, keys.split(' ').map((key) => h('kbd', {}, key))), h('dd', {}, meaning)])),
    h('form', { method: 'dialog', class: 'actions' }, h('button', { class: 'first' }, 'Close')));
  document.body.append(box);
  box.showModal();
}
