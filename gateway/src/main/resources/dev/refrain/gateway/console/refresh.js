/* Has an answer fetched anew, after a question, since that costs what the first one did. */

import { ask } from './api.js';
import { h, replace } from './dom.js';

/**
 * Asks before it does so.
 *
 * @param entry its key
 * @param form in which it is kept
 * @param done is called after a new one is kept
 */
export function refresh(entry, form, done) {
  const told = h('p', {}, 'What was asked is asked upstream once more, with the gateway’s own credential.');
  const go = h('button', { type: 'button', class: 'first', click: act }, 'Fetch it anew');
  const box = h('dialog', { close: () => box.remove() },
    h('h2', {}, 'Refresh this answer'),
    told,
    h('p', { class: 'note' }, 'It costs what a call costs. Until there is a new answer that is good, the old one is served.'),
    h('form', { method: 'dialog', class: 'actions' }, h('button', { class: 'quiet' }, 'Close'), go));
  document.body.append(box);
  box.showModal();
  go.focus();

  async function act() {
    go.disabled = true;
    replace(told, 'Asking upstream …');
    try {
      const answer = await ask(`entries/${entry}/refresh`, { method: 'POST', body: { form } });
      if (answer.kept) {
        box.close();
        done();
      } else {
        complain(`Upstream answered with status ${answer.status}${answer.reason === null ? '' : ` (${answer.reason})`}: the old answer stays.`);
      }
    } catch (failure) {
      complain(failure.message);
    }
  }

  function complain(message) {
    replace(told, h('span', { class: 'alarm', role: 'alert' }, message));
  }
}
