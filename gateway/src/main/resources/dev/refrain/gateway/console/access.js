/* The admin token, which only those need who are not on the gateway's machine. */

import { h } from './dom.js';

const PLACE = 'refrain.token';
let asking = null;
let declined = false;

/** Returns the token, which this tab alone remembers; null if none was given. */
export const token = () => sessionStorage.getItem(PLACE);

export const forgetToken = () => sessionStorage.removeItem(PLACE);

/** Lets it be asked for again after somebody has declined. */
export function reconsider() {
  declined = false;
}

/** Asks for it once, however many requests need it; true if one was given. */
export async function askForToken(wasWrong) {
  if (declined) {
    return false;
  }
  asking ??= dialog(wasWrong).finally(() => {
    asking = null;
  });
  return asking;
}

function dialog(wasWrong) {
  const field = h('input', { type: 'password', required: true, autocomplete: 'current-password', 'aria-label': 'Admin token' });
  const form = h('form', { method: 'dialog' },
    h('h2', {}, 'Who are you?'),
    h('p', {}, wasWrong
      ? 'The gateway does not know this token.'
      : 'From another machine the gateway wants its admin token, which admin.token-env or admin.token-file names.'),
    h('input', { type: 'text', autocomplete: 'username', value: 'operator', hidden: true }), // for password stores
    field,
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'quiet', click: () => box.close() }, 'Cancel'),
      h('button', { value: 'given', class: 'first' }, 'Enter')));
  const box = h('dialog', {}, form);
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => {
      const given = box.returnValue === 'given' && field.value.trim() !== '';
      if (given) {
        sessionStorage.setItem(PLACE, field.value.trim());
      }
      box.remove();
      declined = !given;
      resolve(given);
    });
  });
}
