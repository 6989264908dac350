import { formatShort } from "./format.js";
import { html } from "./preact.js";

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {readonly (readonly [number, number])[]} Points */

/**
 * A plot: a picture with its axes, as wide as its place. Whoever cannot see it is told its label; a
 * table must stand beside it. It is SVG, which takes its colours from the style sheet and needs no
 * script to follow them, or the width.
 *
 * @param {{
 *   label: string,
 *   axes: readonly [string, string],
 *   x: Scale,
 *   y: Scale,
 *   dots?: Points,
 *   bars?: Points,
 *   line?: Points,
 * }} properties Points have their places on both scales. Bars are as wide as 1 of `x`.
 */
export function Plot({ label, axes, x, y, dots = [], bars = [], line = [] }) {
  const barWidth = x.place(1) - x.place(0);
  const down = (/** @type {number} */ value) => 1 - y.place(value); // SVG counts from the top
  return html`
    <div class="plot" role="img" aria-label=${label}>
      <svg>
        ${x.ticks.map((tick) =>
          html`
            <line x1=${percent(x.place(tick))} x2=${percent(x.place(tick))} y2="100%" />
            <text x=${percent(x.place(tick))} y="100%" dy="1.3em">${formatShort(tick)}</text>
          `
        )}
        ${y.ticks.map((tick) =>
          html`
            <line x2="100%" y1=${percent(down(tick))} y2=${percent(down(tick))} />
            <text class="left" y=${percent(down(tick))} dx="-.5em" dy=".3em">${formatShort(
              tick,
            )}</text>
          `
        )}
        ${bars.map(([at, height]) =>
          html`
            <rect x=${percent(x.place(at - .4))} width=${percent(.8 * barWidth)}
              y=${percent(down(height))} height=${percent(y.place(height))} />
          `
        )}
        ${dots.map(([at, height]) =>
          html`
            <circle cx=${percent(x.place(at))} cy=${percent(down(height))} r="2.5" />
          `
        )}
        <svg viewBox="0 0 1 1" preserveAspectRatio="none">
          <polyline points=${line.map(([at, height]) => `${x.place(at)},${down(height)}`).join(
            " ",
          )} />
        </svg>
        <text class="axis" x="50%" y="100%" dy="2.7em">${axes[0]}</text>
        <text class="axis left" dx="-.5em" dy="-1em">${axes[1]}</text>
      </svg>
    </div>
  `;
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(3)}%`;
}
