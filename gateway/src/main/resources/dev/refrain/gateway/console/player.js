/* Plays a recorded stream back at the pace at which it once came. */

import { answerReader } from './answer.js';
import { h } from './dom.js';
import { plural, span } from './format.js';

const SPEEDS = [1, 2, 4, 10];

/** Makes the player of a recording with several chunks; it writes into `paper`. */
export function player(contentType, chunks, paper) {
  const length = Math.max(1, chunks.at(-1).millis);
  const button = h('button', { type: 'button', click: toggle });
  const slider = h('input', {
    type: 'range', min: 0, max: length, value: length, 'aria-label': 'Time since the call', input: () => seek(Number(slider.value)),
  });
  const shown = h('output', {});
  const speed = h('select', { 'aria-label': 'Speed', change: rebase }, SPEEDS.map((factor) => h('option', { value: factor }, `${factor}×`)));
  const element = h('div', { class: 'player' }, button, strip(chunks, length), slider, shown, speed);
  let frame = null;
  let began = 0;
  let from = 0;
  let position = length;
  let reader = null;
  let next = 0;
  label();

  function toggle() {
    if (frame !== null) {
      stop();
    } else {
      if (position >= length) {
        seek(0);
      }
      rebase();
      frame = requestAnimationFrame(step);
    }
    label();
  }

  function rebase() {
    began = performance.now();
    from = position;
  }

  function step() {
    show(Math.min(length, from + (performance.now() - began) * Number(speed.value)));
    if (position >= length) {
      stop();
      label();
    } else {
      frame = requestAnimationFrame(step);
    }
  }

  function stop() {
    if (frame !== null) {
      cancelAnimationFrame(frame);
      frame = null;
    }
  }

  function seek(millis) {
    if (millis < position || reader === null) {
      paper.textContent = '';
      reader = answerReader(contentType);
      next = 0;
    }
    show(millis);
    rebase();
    label();
  }

  /** Text is only ever appended, so that a long answer costs no more at its end. */
  function show(millis) {
    position = millis;
    let more = '';
    while (next < chunks.length && chunks[next].millis <= millis) {
      more += reader.add(chunks[next].bytes);
      next += 1;
      if (next === chunks.length) {
        more += reader.end();
      }
    }
    if (more !== '') {
      paper.append(more);
    }
    slider.value = millis;
    shown.textContent = `${span(millis)} · ${plural(next, 'chunk')}`;
  }

  function label() {
    button.textContent = frame === null ? '▶\uFE0E Play' : '❚❚ Pause';
  }

  shown.textContent = `${span(length)} · ${plural(chunks.length, 'chunk')}`;
  return { element, stop };
}

/** Where in time the chunks came, as ticks behind the slider. */
function strip(chunks, length) {
  const canvas = h('canvas', { class: 'strip', width: 600, height: 1, 'aria-hidden': 'true' });
  const context = canvas.getContext('2d');
  context.fillStyle = '#808080';
  for (const chunk of chunks) {
    context.fillRect(Math.min(599, Math.round((chunk.millis / length) * 600)), 0, 1, 1);
  }
  return canvas;
}
