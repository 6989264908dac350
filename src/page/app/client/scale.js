/** About so many ticks stand on a scale that is not logarithmic. */
const TICKS = 5;

/**
 * Places numbers between 0 and 1, and says where to name them.
 *
 * @typedef {{ place: (value: number) => number, ticks: number[] }} Scale
 */

/**
 * A scale of powers of ten, over all of what is shown.
 *
 * @param {number} least Above 0.
 * @param {number} most
 * @returns {Scale}
 */
export function createLogScale(least, most) {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)));
  return {
    place: (value) => (Math.log10(value) - first) / (last - first),
    ticks: Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i)),
  };
}

/**
 * A scale from 0, whose ticks are 1, 2 or 5 times a power of ten apart.
 *
 * @param {number} most Not below 0.
 * @returns {Scale}
 */
export function createScale(most) {
  const least = Math.max(most / TICKS, 1); // whole numbers are shown
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * /** @type {number} */ ([1, 2, 5, 10].find((each) => each * power >= least));
  const last = Math.max(1, Math.ceil(most / step));
  return {
    place: (value) => value / (last * step),
    ticks: Array.from({ length: last + 1 }, (_, i) => i * step),
  };
}
