/*
 * How this console makes elements. Whatever an answer, a prompt, a tag or a model says gets into
 * the page as a text node, and in no other way: there is no HTML made of strings anywhere.
 */

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element; attributes that are functions listen, children that are strings are text. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (name.startsWith('--')) {
      element.style.setProperty(name, value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  append(element, children);
  return element;
}

/** Appends what is there: elements, texts, lists of both. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/** Puts children in the place of those there are. */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Foreign text, which must not turn its surroundings around, whichever way it is written. */
export function foreign(text, attributes = {}) {
  return h('bdi', attributes, text);
}

/** A table whose columns are `{name, className, title}`; rows are made by the caller. */
export function table(caption, columns, rows) {
  return h('table', { 'aria-label': caption },
    h('thead', {}, h('tr', {}, columns.map((column) =>
      h('th', { scope: 'col', class: column.className, title: column.title }, column.name)))),
    h('tbody', {}, rows));
}
