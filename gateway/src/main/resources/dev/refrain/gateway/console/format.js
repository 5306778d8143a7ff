/* Figures for people: short, with the unit, and of about the same width. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** Three digits that count. */
function digits(value) {
  const size = Math.abs(value);
  const places = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toFixed(places);
}

function scaled(value, units, step) {
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= step * 0.9995 && unit < units.length - 1) {
    rest /= step;
    unit += 1;
  }
  return `${digits(rest)}\u202f${units[unit]}`.trimEnd();
}

export const whole = (value) => WHOLE.format(value);

/** 812, 812,345, 1.23 M. */
export const count = (value) => (value < 1e6 ? whole(value) : scaled(value / 1e6, ['M', 'G', 'T'], 1000));

export const bytes = (value) => scaled(value, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], 1024);

export const rate = (value) => (value === 0 ? '0' : value < 10 && !Number.isInteger(value) ? value.toFixed(1) : count(Math.round(value)));

export const percent = (share) =>
  `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : share === 0 || share === 1 ? 0 : 1)}\u202f%`;

/** Dollars; fractions of cents still show that something was saved. */
export function money(dollars) {
  if (dollars === 0) {
    return '$0';
  }
  const size = Math.abs(dollars);
  if (size >= 100_000) {
    return `$${scaled(dollars / 1000, ['k', 'M', 'G'], 1000)}`;
  }
  return size >= 100 ? `$${WHOLE.format(dollars)}`
    : size >= 1 ? `$${dollars.toFixed(2)}`
      : size >= 0.01 ? `$${dollars.toFixed(3)}` : `$${dollars.toPrecision(2)}`;
}

/** 830 ns, 12.4 µs, 3 ms, 2.1 s. */
export function brief(micros) {
  return micros < 1000 ? scaled(micros * 1000, ['ns', 'µs'], 1000)
    : micros < 1e6 ? `${digits(micros / 1000)}\u202fms` : span(micros / 1000);
}

/** 350 ms, 4.2 s, 12 min, 5 h 10 min, 3 d 4 h. */
export function span(millis) {
  const sign = millis < 0 ? '−' : '';
  const value = Math.abs(millis);
  if (value < 1000) {
    return `${sign}${Math.round(value)}\u202fms`;
  }
  if (value < 60_000) {
    return `${sign}${digits(value / 1000)}\u202fs`;
  }
  const minutes = Math.floor(value / 60_000);
  if (minutes < 60) {
    return `${sign}${minutes}\u202fmin`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return `${sign}${two(hours, 'h', minutes % 60, 'min')}`;
  }
  const days = Math.floor(hours / 24);
  return `${sign}${days < 30 ? two(days, 'd', hours % 24, 'h') : `${whole(days)}\u202fd`}`;
}

const two = (large, unit, small, smallUnit) =>
  `${large}\u202f${unit}${small === 0 ? '' : ` ${small}\u202f${smallUnit}`}`;

export const moment = (millis) => TIME.format(millis);

export const clock = (millis) => CLOCK.format(millis);

export const plural = (number, one, many = `${one}s`) => `${whole(number)} ${number === 1 ? one : many}`;
