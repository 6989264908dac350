import { useLoaded } from "./hooks.js";
import { html } from "./preact.js";
import { ProblemNote } from "./problems.js";

/**
 * A view that is loaded when it is shown.
 *
 * @param {{ load: () => Promise<unknown>, onKey?: () => void, [more: string]: unknown }} properties
 */
export function Later({ load, ...properties }) {
  const { data: View, problem } = useLoaded(load, [load]);
  return View
    ? html`<${View} ...${properties} />`
    : html`<${ProblemNote} problem=${problem} onKey=${properties.onKey} />`;
}
