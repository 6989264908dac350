import { whyNot } from "./access.js";
import { announce } from "./announce.js";
import { addressOf } from "./api.js";
import { useAction, useJson } from "./hooks.js";
import { KERNEL_ADVICE, removeKernel } from "./kernel_calls.js";
import { KernelEditor } from "./kernel_editor.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { head, wideTable } from "./tables.js";

/** @typedef {import("./kernel_calls.js").KernelDocument} KernelDocument */
/** @typedef {import("../../../contract/documents.ts").KernelListDocument} KernelListDocument */

/** The kernel by which everything is counted that names no other: it has a view of its own. */
const OWN = "words";

/** @param {{ onKey: () => void }} properties Kernels that counts may run, and an editor for another. */
export function Kernels({ onKey }) {
  const [version, setVersion] = useState(0);
  const { data, problem } = useJson("v1/kernels", version);
  const { act, problem: failure } = useAction();
  const list = /** @type {KernelListDocument | undefined} */ (data);
  /** @param {KernelDocument} kernel */
  const remove = ({ id }) =>
    act(async () => {
      await removeKernel(id);
      announce("Removed.");
      setVersion((now) => now + 1);
    });
  return html`<section>
    <h1>Kernels</h1>
    <p>A kernel is a function of yours that makes keys of each record of a text; the keys are counted.
      It is written in AssemblyScript, which looks like TypeScript: see
      ${" "}<a href=${addressOf("docs/mappers")}>examples</a> and
      ${" "}<a href=${addressOf("docs/sdk")}>all that it may use</a>.</p>
    <${ProblemNote} problem=${failure ?? problem} onKey=${onKey} advice=${KERNEL_ADVICE} />
    ${
    list && html`
      <h2>Write one</h2>
      <${Writing} compiles=${list.compiles} onKey=${onKey} />
      <h2>Kernels that are there</h2>
      <${Table} kernels=${list.kernels.filter(({ id }) => id !== OWN)} remove=${remove} />
    `
  }
  </section>`;
}

/** @param {{ compiles: boolean, onKey: () => void }} properties The editor, or why there is none. */
function Writing({ compiles, onKey }) {
  const reason = whyNot("kernels");
  if (reason) return html`<p class="problem">${reason} Kernels that are there can be run.</p>`;
  if (compiles) return html`<${KernelEditor} onKey=${onKey} />`;
  return html`<p class="problem">This server has no compiler, as servers on Deno Deploy have none.
    It takes modules that were compiled elsewhere, and runs the kernels that are there. On a machine
    of your own, <code>millrace count --kernel FILE</code> compiles a source and counts with it.</p>`;
}

/**
 * @param {{
 *   kernels: readonly KernelDocument[],
 *   remove: (kernel: KernelDocument) => void,
 * }} properties
 */
function Table({ kernels, remove }) {
  const mayRemove = !whyNot("kernels");
  const rows = kernels.map((kernel) =>
    html`
      <tr key=${kernel.id}>
        <th scope="row"><a href=${`#kernel=${kernel.id}`}>${kernel.name}</a></th>
        <td>${describeOrigin(kernel)}</td>
        <td>${kernel.records}</td>
        <td>${describeEmitted(kernel)}</td>
        <td>${!kernel.builtIn && mayRemove && html`
          <button type="button" aria-label=${`Remove ${kernel.name}`}
            onClick=${() => remove(kernel)}>Remove</button>
        `}</td>
      </tr>
    `
  );
  const heads = ["Name", "From", "Takes", "Counts", "Kept"].map(head);
  return wideTable("Kernels", heads, rows);
}

/** @param {KernelDocument} kernel */
export function describeOrigin({ builtIn, createdAt }) {
  return builtIn ? "the server" : new Date(createdAt ?? "").toLocaleString();
}

/** @param {KernelDocument} kernel What is told of each key. */
export function describeEmitted({ value, op }) {
  if (value) return `${op} of ${value}`;
  return op ? `${op} texts` : "keys";
}
