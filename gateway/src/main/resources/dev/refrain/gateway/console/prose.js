/*
 * The little of Markdown that models write most: code, headings, lists, bold. Made of elements
 * and text nodes, never of HTML; there are no links and no pictures, which would lead elsewhere.
 */

import { h } from './dom.js';

const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$/;
const ORDERED = /^\s*\d{1,3}[.)]\s/;
const SPANS = /(`[^`\n]+`|\*\*[^*\n]+\*\*)/;
const LETTERS_MAX = 200_000; // more is shown as it is

/** Turns what a model said into elements. */
export function prose(text) {
  if (text.length > LETTERS_MAX) {
    return [text];
  }
  const blocks = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length;) {
    const take = FENCE.test(lines[i]) ? fence : ITEM.test(lines[i]) ? list : HEADING.test(lines[i]) ? heading : paragraph;
    i = take(lines, i, blocks);
  }
  return blocks;
}

function fence(lines, from, blocks) {
  let end = from + 1;
  while (end < lines.length && !FENCE.test(lines[end])) {
    end += 1;
  }
  blocks.push(h('pre', { dir: 'ltr' }, lines.slice(from + 1, end).join('\n')));
  return end + 1;
}

function list(lines, from, blocks) {
  let end = from;
  const items = [];
  for (; end < lines.length && ITEM.test(lines[end]); end += 1) {
    items.push(h('li', { dir: 'auto' }, spans(ITEM.exec(lines[end])[1])));
  }
  const first = Number.parseInt(lines[from], 10);
  blocks.push(ORDERED.test(lines[from]) ? h('ol', { start: first }, items) : h('ul', {}, items));
  return end;
}

function heading(lines, from, blocks) {
  blocks.push(h('h3', { dir: 'auto' }, spans(HEADING.exec(lines[from])[2])));
  return from + 1;
}

function paragraph(lines, from, blocks) {
  let end = from;
  const begins = (line) => FENCE.test(line) || ITEM.test(line) || HEADING.test(line);
  while (end < lines.length && lines[end].trim() !== '' && !(end > from && begins(lines[end]))) {
    end += 1;
  }
  if (end > from) {
    blocks.push(h('p', { dir: 'auto' }, spans(lines.slice(from, end).join('\n'))));
    return end;
  }
  return from + 1;
}

const spans = (text) => text.split(SPANS).map((part) =>
  part.startsWith('`') && part.length > 2 ? h('code', {}, part.slice(1, -1))
    : part.startsWith('**') && part.length > 4 ? h('strong', {}, part.slice(2, -2)) : part);
