import { call } from "./api.js";
import { keepDigits } from "./digits.js";

/** @typedef {import("../../../contract/documents.ts").KernelDocument} KernelDocument */
/** @typedef {import("../../../contract/documents.ts").KernelTrialDocument} KernelTrialDocument */

const SOURCE = { "content-type": "text/typescript; charset=utf-8" };
const RECORD = { "content-type": "text/plain; charset=utf-8" };

/**
 * What to do about problems that only kernels have.
 *
 * @type {import("./problems.js").Advice}
 */
export const KERNEL_ADVICE = {
  "compiler-busy": (_, later) => `The compiler has enough to do for now. Try again ${later}.`,
  "compiler-unavailable": () =>
    "This server has no compiler. It takes modules that were compiled elsewhere.",
  "kernel-compile-limit": ({ detail }) => `${detail}. Write it shorter, or in other words.`,
  "kernel-refused": ({ detail }) => `${detail}. Leave that out.`,
  "kernel-trapped": ({ detail }) => `${detail}. Mend the source, or the sample.`,
  "kernel-timeout": ({ detail }) => `${detail}. Look for a loop that does not end.`,
  "kernel-out-of-memory": ({ detail }) =>
    `${detail}. Keep less: what a record needs is freed with it.`,
  "kernel-output-too-large": ({ detail }) => `${detail}. Emit fewer or shorter keys.`,
  "kernel-held": (_, later) => `The kernel has failed again and again. Try again ${later}.`,
  "too-many-kernels": ({ detail }) => `${detail}. Remove one that you do not need.`,
  "unknown-kernel": () => "The server has no such kernel, or no longer. Choose another one.",
};

/**
 * What has to end before another source is sent: a trial takes away what it has sent, and must not
 * take what is kept meanwhile.
 *
 * @type {Promise<unknown>}
 */
let turn = Promise.resolve();

/**
 * @template T
 * @param {() => Promise<T>} work
 */
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {}); // whoever asked is told
  return done;
}

/**
 * Has a source compiled and kept.
 *
 * @param {string} source
 * @throws {import("./api.js").Problem}
 */
export function keepKernel(source) {
  return inTurn(() => sendKernel(source));
}

/**
 * Runs a source on a text. The server keeps it as long as that takes, unless it had it already.
 *
 * @param {string} source
 * @param {string} record
 * @throws {import("./api.js").Problem}
 */
export function tryDraft(source, record) {
  return inTurn(async () => {
    const { kernel: { id }, isNew } = await sendKernel(source);
    try {
      return await tryKernel(id, record);
    } finally {
      if (isNew) await removeKernel(id).catch(() => {}); // the list shows it, if it is still there
    }
  });
}

/**
 * @param {string} source
 * @returns {Promise<{ kernel: KernelDocument, isNew: boolean }>}
 */
async function sendKernel(source) {
  const init = { method: "POST", body: source, headers: SOURCE };
  const response = await call("v1/kernels", init);
  return { kernel: await response.json(), isNew: response.status === 201 };
}

/**
 * Runs a kernel on a text.
 *
 * @param {string} id
 * @param {string} record
 * @param {Record<string, string>} [options] By what queries call them.
 * @returns {Promise<KernelTrialDocument>}
 * @throws {import("./api.js").Problem}
 */
export async function tryKernel(id, record, options = {}) {
  const path = `v1/kernels/${id}/try?${new URLSearchParams(options)}`;
  const response = await call(path, { method: "POST", body: record, headers: RECORD });
  return JSON.parse(await response.text(), keepDigits);
}

/** @param {string} id @throws {import("./api.js").Problem} */
export async function removeKernel(id) {
  await call(`v1/kernels/${id}`, { method: "DELETE" });
}
