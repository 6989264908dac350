import { describeLack } from "./access.js";
import { keepKey } from "./api.js";
import { formatBytes } from "./format.js";
import { html, useEffect, useRef } from "./preact.js";

/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {Record<string, unknown>} Members */

/** @typedef {Record<string, (members: Members, later: string) => string>} Advice */

/** What to do about problems that people meet; what others say of themselves is shown as it is. */
const ADVICE = /** @type {Advice} */ ({
  "connection-lost": () =>
    "The server cannot be reached. See that it runs and that you are online, then load this page anew.",
  "missing-key": () => "This server wants an API key. Ask those who run it for one.",
  "invalid-key": () =>
    "The server does not know this API key, or no longer: it is misspelt, has expired or was revoked. Enter another one.",
  "missing-right": ({ right }) => describeLack(right),
  "rate-limited": (_, later) => `That was one request too many for the moment. Try again ${later}.`,
  "too-many-jobs": (_, later) => `The server has enough to count for now. Try again ${later}.`,
  "body-too-large": ({ limit }) =>
    `The text is larger than this server takes${
      typeof limit === "number" ? `, which is ${formatBytes(limit)}` : ""
    }. Compress it, or send it in parts, or ask those who run the server for more (--max-body).`,
  "empty-body": () => "The text is empty. Choose another file, or write something.",
  "unknown-job": () =>
    "The server has no such count, or no longer: it keeps them for a time only. Count again.",
  "job-cancelled": () => "The count was cancelled.",
  "shutting-down": (_, later) => `The server is shutting down. Try again ${later}.`,
  "not-ready": (_, later) => `The server is not ready yet. Try again ${later}.`,
  "out-of-memory": () =>
    "The count needs more memory than it may have. Leave out rare keys, or count shorter n-grams.",
});

/**
 * A problem in words, with what to do next.
 *
 * @param {Problem} problem
 * @param {Advice} [more] That of a view.
 */
export function explain({ code, document, retryAfterS }, more) {
  const later = retryAfterS === undefined ? "in a moment" : `in ${retryAfterS} s`;
  const advise = more?.[code] ?? ADVICE[code];
  const advice = advise?.(/** @type {any} */ (document), later);
  return advice ?? `${document.title}. ${document.detail ?? ""}`.trim();
}

/**
 * Shows a problem, with a field for the key where one is missing.
 *
 * @param {{ problem: Problem | undefined, onKey: () => void, advice?: Advice }} properties
 */
export function ProblemNote({ problem, onKey, advice }) {
  if (problem === undefined) return null;
  const wantsKey = problem.document.status === 401;
  const { requestId } = /** @type {any} */ (problem.document);
  return html`<div class="problem" role="alert">
    <p>${explain(problem, advice)}</p>
    ${requestId && html`<p class="dim">${problem.document.title}; request ${requestId}</p>`}
    ${wantsKey && html`<${KeyForm} onKey=${onKey} />`}
  </div>`;
}

/** @param {{ onKey: () => void }} properties */
function KeyForm({ onKey }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const key = field.current?.value.trim();
    if (!key) return;
    keepKey(key);
    onKey();
  };
  return html`
    <form onSubmit=${submit} class="row">
      <label>API key <input ref=${field} type="password" autocomplete="off" required /></label>
      <button>Use this key</button>
      <span class="dim">It is kept until you close this tab, and nowhere else.</span>
    </form>
  `;
}
