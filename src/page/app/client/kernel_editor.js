import { announce } from "./announce.js";
import { Problem } from "./api.js";
import { CodeEditor } from "./code_editor.js";
import { useAction } from "./hooks.js";
import { keepKernel, KERNEL_ADVICE, tryDraft } from "./kernel_calls.js";
import { keepDraft, nameIn, readDraft, TEMPLATE, withName } from "./kernel_draft.js";
import { KernelTrial } from "./kernel_trial.js";
import { html, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** @typedef {import("./code_editor.js").Diagnostic} Diagnostic */

/** @param {{ onKey: () => void }} properties Writes a kernel, tries it, and has it kept. */
export function KernelEditor({ onKey }) {
  const [source, setSource] = useState(readDraft);
  const [diagnostics, setDiagnostics] = useState(/** @type {readonly Diagnostic[]} */ ([]));
  const { act, isBusy, problem } = useAction();
  /** @param {string} text */
  const change = (text) => {
    keepDraft(text);
    setSource(text);
    setDiagnostics([]); // lines have moved
  };
  /**
   * Does what needs a source that compiles.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>} Nothing where it does not compile, which is shown in its place.
   */
  const compiling = async (work) => {
    setDiagnostics([]);
    try {
      return await work();
    } catch (error) {
      const found = diagnosticsOf(error);
      if (found === undefined) throw error;
      setDiagnostics(found);
    }
  };
  const keep = () =>
    act(() =>
      compiling(async () => {
        const { kernel, isNew } = await keepKernel(source);
        announce(isNew ? "Kept." : "It was kept already.");
        location.hash = `#kernel=${kernel.id}`;
      })
    );
  return html`
    <${CodeEditor} source=${source} diagnostics=${diagnostics} onSource=${change} />
    <p class="row">
      <label>Name <input value=${nameIn(source)} maxlength="64" spellcheck="false"
        autocapitalize="off" placeholder="my-words"
        onInput=${(/** @type {any} */ { target }) =>
          change(withName(source, target.value))} /></label>
      <button type="button" class="main" disabled=${isBusy} onClick=${keep}>Keep it</button>
      <button type="button" disabled=${source === TEMPLATE}
        onClick=${() => change(TEMPLATE)}>Begin anew</button>
      <span role="status">${isBusy && "It is being compiled."}</span>
    </p>
    <${ProblemNote} problem=${problem} onKey=${onKey} advice=${KERNEL_ADVICE} />
    <${KernelTrial} run=${(/** @type {string} */ record) =>
      compiling(() => tryDraft(source, record))} onKey=${onKey} />
  `;
}

/** @param {unknown} error @returns {readonly Diagnostic[] | undefined} */
function diagnosticsOf(error) {
  if (!(error instanceof Problem) || error.code !== "kernel-not-compiled") return undefined;
  return /** @type {readonly Diagnostic[]} */ (error.document.diagnostics);
}
