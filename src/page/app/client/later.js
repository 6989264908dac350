import { toProblem } from "./api.js";
import { html, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** @typedef {import("./api.js").Problem} Problem */

/**
 * A view that is loaded when it is shown.
 *
 * @param {{ load: () => Promise<unknown>, onKey: () => void, [more: string]: unknown }} properties
 */
export function Later({ load, ...properties }) {
  const [loaded, setLoaded] = useState(/** @type {{ View?: unknown, problem?: Problem }} */ ({}));
  useEffect(() => {
    load().then(
      (View) => setLoaded({ View }),
      (error) => setLoaded({ problem: toProblem(error) }),
    );
  }, [load]);
  const { View, problem } = loaded;
  return View
    ? html`<${View} ...${properties} />`
    : html`<${ProblemNote} problem=${problem} onKey=${properties.onKey} />`;
}
