/* Drops an entry, or invalidates all with a tag: after the gateway has counted what that would hit. */

import { ask } from './api.js';
import { foreign, h, replace } from './dom.js';
import { plural } from './format.js';

/**
 * Asks before it does so.
 *
 * @param target `{key}` or `{tag}`
 * @param done is called after it was done
 */
export async function retire(target, done) {
  const [[kind, name]] = Object.entries(target);
  const counted = h('p', { class: 'large' }, '…');
  const go = h('button', { type: 'button', class: 'first danger', disabled: true, click: act },
    kind === 'key' ? 'Delete' : 'Invalidate');
  const box = h('dialog', { close: () => box.remove() },
    h('h2', {}, kind === 'key' ? 'Delete this answer' : 'Invalidate a tag'),
    h('p', { class: 'key' }, foreign(name)),
    counted,
    h('p', { class: 'note' }, kind === 'key'
      ? 'In all its forms. The next call is made upstream, and paid for.'
      : 'None of them is served again, on any node; answers under way are not kept. It cannot be undone.'),
    h('form', { method: 'dialog', class: 'actions' }, h('button', { class: 'quiet' }, 'Cancel'), go));
  document.body.append(box);
  box.showModal();
  try {
    const would = await ask('invalidate', { method: 'POST', body: { ...target, dryRun: true } });
    counted.textContent = plural(would.entries, 'entry', 'entries');
    go.disabled = false;
    go.focus();
  } catch (failure) {
    complain(failure);
  }

  async function act() {
    go.disabled = true;
    try {
      await ask('invalidate', { method: 'POST', body: { ...target, dryRun: false } });
      box.close();
      done();
    } catch (failure) {
      complain(failure);
    }
  }

  function complain(failure) {
    replace(counted, h('span', { class: 'alarm', role: 'alert' }, failure.message));
  }
}
