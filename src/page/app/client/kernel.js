import { whyNot } from "./access.js";
import { announce } from "./announce.js";
import { addressOf, call, hasKey } from "./api.js";
import { choice } from "./choice.js";
import { curlOf } from "./command_lines.js";
import { CopiedLine } from "./copied_line.js";
import { formatBytes } from "./format.js";
import { useAction, useJson, useLoaded } from "./hooks.js";
import { KERNEL_ADVICE, removeKernel, tryKernel } from "./kernel_calls.js";
import { keepDraft, readDraft, TEMPLATE } from "./kernel_draft.js";
import { KernelTrial } from "./kernel_trial.js";
import { describeEmitted, describeOrigin } from "./kernels.js";
import { DEFAULTS } from "./options.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";
import { startRun } from "./runs.js";
import { CountButton, SourceFields } from "./sources.js";

/** @typedef {import("./kernel_calls.js").KernelDocument} KernelDocument */
/** @typedef {import("../../../contract/kernel_manifest.ts").KernelOption} KernelOption */
/** @typedef {import("./options.js").Source} Source */
/** @typedef {Record<string, string>} Given What options of the kernel say, by their names in queries. */

/**
 * A kernel: what it says of itself, and what can be done with it.
 *
 * @param {{ id: string, onKey: () => void }} properties
 */
export function Kernel({ id, onKey }) {
  const [given, setGiven] = useState(/** @type {Given} */ ({}));
  const { data, problem } = useJson(`v1/kernels/${id}`);
  const kernel = /** @type {KernelDocument | undefined} */ (data);
  if (kernel === undefined) {
    return html`
      <h1>Kernel</h1>
      <${ProblemNote} problem=${problem} onKey=${onKey} advice=${KERNEL_ADVICE} />
    `;
  }
  return html`
    <section>
      <h1>Kernel ${kernel.name}</h1>
      <p>${describe(kernel)}</p>
      <${Options} options=${kernel.options} given=${given} onGiven=${setGiven} />
      <h2>Count with it</h2>
      <${Run} id=${id} given=${given} />
      <h2>Try it</h2>
      <${KernelTrial} run=${(/** @type {string} */ record) => tryKernel(id, record, given)}
        onKey=${onKey} />
      <h2>Its source</h2>
      <${KernelSource} kernel=${kernel} onKey=${onKey} />
    </section>
  `;
}

/** @param {KernelDocument} kernel In sentences. */
function describe(kernel) {
  const { records, moduleBytes } = kernel;
  const origin = kernel.builtIn
    ? "It comes with the server"
    : `It was sent ${describeOrigin(kernel)}, and its module has ${formatBytes(moduleBytes ?? 0)}`;
  return `Takes: ${records}. Counts: ${describeEmitted(kernel)}. ${origin}.`;
}

/**
 * Fields for the options of a kernel.
 *
 * @param {{
 *   options: readonly KernelOption[],
 *   given: Given,
 *   onGiven: (given: Given) => void,
 * }} properties
 */
function Options({ options, given, onGiven }) {
  if (options.length === 0) return null;
  /** @param {Event} event What is as the kernel has it anyway is not said. */
  const change = ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement} */ (target);
    const { [name]: _, ...others } = given;
    const standard = options.find((option) => queryNameOf(option) === name)?.default;
    onGiven(value === String(standard) ? others : { ...others, [name]: value });
  };
  return html`<fieldset class="row" onInput=${change}>
    <legend>Its options</legend>
    ${options.map((option) => field(option, given))}
  </fieldset>`;
}

/** @param {KernelOption} option @param {Given} given */
function field(option, given) {
  const { name, type, default: standard } = option;
  const key = queryNameOf(option);
  const value = given[key] ?? String(standard);
  if (type === "bool") return choice(key, name, value, [["false", "no"], ["true", "yes"]]);
  return html`<label>${name} <input name=${key} value=${value} spellcheck="false"
    autocapitalize="off" inputmode=${type === "string" ? "text" : "decimal"} /></label>`;
}

/** @param {KernelOption} option */
function queryNameOf({ name }) {
  return `option.${name}`;
}

/** @param {{ id: string, given: Given }} properties Counts what is dropped. */
function Run({ id, given }) {
  const [source, setSource] = useState(/** @type {Source | undefined} */ (undefined));
  const options = { ...DEFAULTS, kernel: id, ...given };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (source !== undefined) location.hash = `#job=${startRun(source, options).id}`;
  };
  return html`<form onSubmit=${submit}>
    <${SourceFields} source=${source} onSource=${setSource} />
    <${CountButton} source=${source} />
    ${
    source && html`
      <${CopiedLine} label="The same by curl"
        line=${curlOf(addressOf("v1/count"), options, source, hasKey())} />
    `
  }
  </form>`;
}

/** @param {{ kernel: KernelDocument, onKey: () => void }} properties */
function KernelSource({ kernel: { id, name, builtIn }, onKey }) {
  const { data: text, problem } = useLoaded(
    async (signal) => (await call(`v1/kernels/${id}/source`, { signal })).text(),
    [id],
  );
  const { act, isBusy, problem: failure } = useAction();
  const reason = whyNot("kernels");
  const edit = () => {
    const draft = readDraft();
    const isOwn = draft !== TEMPLATE && draft !== text;
    if (isOwn && !confirm("This takes the place of what is in the editor. Go on?")) return;
    keepDraft(/** @type {string} */ (text));
    location.hash = "#kernels";
  };
  const remove = () =>
    act(async () => {
      await removeKernel(id);
      announce(`${name} was removed.`);
      location.hash = "#kernels";
    });
  return html`
    <${ProblemNote} problem=${failure ?? problem} onKey=${onKey} advice=${KERNEL_ADVICE} />
    ${text !== undefined && html`<pre tabindex="0" dir="ltr" aria-label="Source">${text}</pre>`}
    <p class="row">
      <button type="button" disabled=${reason ||
        text === undefined} onClick=${edit}>Edit a copy</button>
      ${!builtIn && html`
        <button type="button" disabled=${reason || isBusy}
          onClick=${remove}>Remove it</button>
      `}
      <span class="dim">${reason}</span>
    </p>
  `;
}
