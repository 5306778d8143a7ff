/* From figures to places on paper, and where to draw the lines between. */

/** A linear scale for counts, from zero, with two to five round ticks. */
export function linear(largest, height, format) {
  const step = Math.max(1, roundStep(Math.max(largest, 1) / 4));
  const top = Math.max(2, Math.ceil(largest / step)) * step;
  const ticks = [];
  for (let tick = step; tick <= top * 1.0001; tick += step) {
    ticks.push({ y: height - (tick / top) * height, label: format(tick) });
  }
  return { y: (value) => height - (value / top) * height, ticks };
}

function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.9999);
  return factor * power;
}

/** A logarithmic scale over whole powers of ten. */
export function logarithmic(smallest, largest, height, format) {
  const low = Math.floor(Math.log10(Math.max(smallest, 1e-3)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(largest, 1e-3))));
  const y = (value) => height - ((Math.log10(Math.max(value, 1e-3)) - low) / (high - low)) * height;
  const every = Math.ceil((high - low) / 5);
  const ticks = [];
  for (let power = low; power <= high; power += every) {
    ticks.push({ y: y(10 ** power), label: format(10 ** power) });
  }
  return { y, ticks };
}
