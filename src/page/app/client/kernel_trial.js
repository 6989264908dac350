import { whyNot } from "./access.js";
import { formatDigits } from "./digits.js";
import { formatBytes, formatCount, showKey } from "./format.js";
import { useAction } from "./hooks.js";
import { KERNEL_ADVICE } from "./kernel_calls.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { head, numberHead, wideTable } from "./tables.js";

/** @typedef {import("./kernel_calls.js").KernelTrialDocument} KernelTrialDocument */

const SAMPLE = "to be or not to be\nthat is the question";

/** The most rows that are shown. */
const ROWS = 200;

/**
 * Runs a kernel on a sample.
 *
 * @param {{
 *   run: (record: string) => Promise<KernelTrialDocument | undefined>,
 *   onKey: () => void,
 * }} properties `run` gives nothing where the reason is shown elsewhere.
 */
export function KernelTrial({ run, onKey }) {
  const [sample, setSample] = useState(SAMPLE);
  const [trial, setTrial] = useState(/** @type {KernelTrialDocument | undefined} */ (undefined));
  const { act, isBusy, problem } = useAction();
  const reason = whyNot("write");
  const tryIt = () =>
    act(async () => {
      setTrial(undefined);
      setTrial(await run(sample));
    });
  return html`
    <div class="row">
      <label class="wide">A sample of a text
        <textarea rows="4" value=${sample} spellcheck="false"
          onInput=${(/** @type {any} */ { target }) => setSample(target.value)} />
      </label>
    </div>
    <p class="row"><button type="button" disabled=${reason ||
      isBusy} onClick=${tryIt}>Try it</button>
      <span role="status">${reason ??
        (isBusy ? "It is being tried." : trial && describe(trial))}</span></p>
    <${ProblemNote} problem=${problem} onKey=${onKey} advice=${KERNEL_ADVICE} />
    ${trial && trial.emitted.length > 0 && html`<${Emitted} trial=${trial} />`}
  `;
}

/** @param {KernelTrialDocument} trial */
function describe({ emitted, ms, memory, output }) {
  return `It emits ${formatCount(emitted.length)} ${
    emitted.length === 1 ? "key" : "keys"
  }. It took ` +
    `${formatCount(ms.used)} of ${formatCount(ms.limit)} ms, ` +
    `${formatBytes(memory.used)} of ${formatBytes(memory.limit)} of memory, and ` +
    `${formatBytes(output.used)} of ${formatBytes(output.limit)} of output.`;
}

/** @param {{ trial: KernelTrialDocument }} properties */
function Emitted({ trial: { emitted } }) {
  const rows = emitted.slice(0, ROWS).map(({ key, value }, i) =>
    html`
      <tr key=${i}>
        <th scope="row"><bdi>${showKey(key)}</bdi></th>
        ${typeof value === "string"
          ? html`<td><bdi>${showKey(value)}</bdi></td>`
          : html`<td class="number">${formatDigits(value)}</td>`}
      </tr>
    `
  );
  const isOfTexts = typeof emitted[0].value === "string";
  const heads = [head("Key"), isOfTexts ? head("Text") : numberHead("Value")];
  const more = emitted.length - rows.length;
  return html`
    ${wideTable("What it emits", heads, rows)}
    ${more > 0 && html`<p>And ${formatCount(more)} more.</p>`}
  `;
}
