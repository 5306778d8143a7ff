/* What was asked, as turns of a conversation if it is one in any of the dialects. */

import { pretty } from './answer.js';
import { foreign, h } from './dom.js';

/** Shows a request's body; `asJson` shows it as it is. */
export function question(request, asJson) {
  const bytes = Uint8Array.from(atob(request.base64), (letter) => letter.charCodeAt(0));
  const text = new TextDecoder().decode(bytes);
  const body = parsed(text);
  if (asJson || body === null) {
    return h('pre', { class: 'paper raw', dir: 'ltr' }, body === null ? text : pretty(body));
  }
  const turns = turnsOf(body);
  return turns.length === 0 ? question(request, true) : h('div', { class: 'paper turns' }, turns.map(({ role, said }) =>
    h('section', {}, h('b', {}, foreign(role)), h('p', { dir: 'auto' }, said))));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a form, or only the beginning of something large
  }
}

function turnsOf(body) {
  const said = [
    ['system', body.system ?? body.instructions ?? body.systemInstruction],
    ['prompt', body.prompt ?? body.query],
    ['input', typeof body.input === 'string' || typeof body.input?.[0] === 'string' ? body.input : null],
  ].map(([role, value]) => ({ role, said: textOf(value) }));
  const turns = [body.messages, body.contents, body.input].filter(Array.isArray).flat()
    .filter((turn) => turn !== null && typeof turn === 'object')
    .map((turn) => ({ role: String(turn.role ?? turn.type ?? 'user'), said: textOf(turn.content ?? turn.parts ?? turn) }));
  return [...said, ...turns].filter((turn) => turn.said !== '');
}

/** Texts, parts with texts, and lists of both; anything else is named, not shown. */
function textOf(value) {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(textOf).filter((part) => part !== '').join('\n');
  }
  if (value === null || typeof value !== 'object') {
    return '';
  }
  return typeof value.text === 'string' ? value.text
    : value.parts !== undefined ? textOf(value.parts)
      : value.type !== undefined ? `[${String(value.type)}]` : '';
}
