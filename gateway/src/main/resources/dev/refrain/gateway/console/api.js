/* The admin API: JSON there and back, and one stream of events. */

import { askForToken, forgetToken, token } from './access.js';

const ROOT = new URL('api/', document.baseURI);
const RETRY_MILLIS = 2000;

/** What the gateway said when it would not. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Asks for JSON, or has something done. */
export async function ask(path, { method = 'GET', body, signal } = {}) {
  const response = await send(path, {
    method,
    signal,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  });
  return response.status === 204 ? null : response.json();
}

async function send(path, request) {
  const shown = token();
  const authorization = shown === null ? {} : { authorization: `Bearer ${shown}` };
  const response = await reach(path, {
    ...request, headers: { ...request.headers, ...authorization }, cache: 'no-store',
  });
  if (response.status === 401 && await askForToken(shown !== null)) {
    return send(path, request);
  }
  if (!response.ok) {
    throw new Refusal(response.status, await complaint(response));
  }
  return response;
}

/** What browsers say of a gateway that is not there differs, and helps nobody. */
async function reach(path, request) {
  try {
    return await fetch(new URL(path, ROOT), request);
  } catch (failure) {
    throw failure instanceof TypeError ? new Error('The gateway does not answer.') : failure;
  }
}

async function complaint(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `The gateway answers with status ${response.status}.`;
  }
}

/**
 * Listens to events until the signal aborts, and begins anew whenever the connection breaks. By
 * fetch and not by EventSource, which cannot show a token.
 *
 * @param heard is called with the name and the data of each event
 * @param state is called with `live` or with what is wrong, and the status that says so
 */
export async function listen(path, signal, heard, state) {
  while (!signal.aborted) {
    try {
      const response = await send(path, { signal, headers: { accept: 'text/event-stream' } });
      state('live');
      await readEvents(response.body, heard);
      state('The gateway has closed the connection.');
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      state(failure instanceof Refusal ? failure.message : 'The gateway does not answer.', failure.status);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
  }
}

async function readEvents(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1] ?? 'message';
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) {
        heard(name, JSON.parse(data));
      }
    }
  }
}

export { forgetToken };
