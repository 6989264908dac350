import { readAccess, whyNot } from "./access.js";
import { hasKey, keepKey, onRefusal } from "./api.js";
import { CountForm } from "./count_form.js";
import { useJson, useLoaded } from "./hooks.js";
import { Later } from "./later.js";
import { html, render, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** @typedef {{ languages: readonly import("./count_form.js").Language[] }} Languages */
/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {import("./access.js").AccessDocument} AccessDocument */
/** @typedef {import("./access.js").Right} Right */

/** Rights that views need, which have links. */
const NEEDED = /** @type {Record<string, Right>} */ ({
  "#jobs": "read",
  "#kernels": "read",
  "#engine": "observe",
});

/** Views, and what the address says of them. */
const JOB = /^#job=([\w-]+)$/;
const JOBS = /^#jobs(?:=([\w-]+))?$/;
const COMPARE = /^#compare=([\w-]+),([\w-]+)$/;
const KERNEL = /^#kernel=([\w-]+)$/;

// Views that are not the first one are loaded when they are shown.
const loadJob = async () => (await import("./job.js")).Job;
const loadJobs = async () => (await import("./jobs.js")).Jobs;
const loadEngine = async () => (await import("./engine.js")).Engine;
const loadCompare = async () => (await import("./compare.js")).Compare;
const loadKernels = async () => (await import("./kernels.js")).Kernels;
const loadKernel = async () => (await import("./kernel.js")).Kernel;

/** The page: what stands behind `#` in its address says what it shows. */
function App() {
  const [hash, setHash] = useState(location.hash);
  const [session, setSession] = useState(0);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  // With another key all is asked for anew.
  const onKey = () => setSession((now) => now + 1);
  return html`<${Session} key=${session} hash=${hash} onKey=${onKey} />`;
}

/**
 * What the page shows to who has this key, or none.
 *
 * @param {{ hash: string, onKey: () => void }} properties
 */
function Session({ hash, onKey }) {
  const [refusal, setRefusal] = useState(/** @type {Problem | undefined} */ (undefined));
  useEffect(() => onRefusal(setRefusal), []);
  const { data: access, problem: lost } = useLoaded(readAccess, []);
  useEffect(() => hideLinks(), [access]);
  const signOut = () => {
    keepKey(undefined);
    onKey();
  };
  const problem = refusal ?? lost;
  const note = html`<${ProblemNote} problem=${problem} onKey=${onKey} />`;
  if (problem?.document.status === 401) return html`<h1>Sign in</h1>${note}`;
  if (access === undefined && problem === undefined) return null;
  return html`
    ${note}
    ${hasKey() && html`<${KeyNote} access=${access} signOut=${signOut} />`}
    <div key=${hash}>${viewOf(hash, onKey)}</div>
  `;
}

/**
 * Says whose API key is in use, and what it may do.
 *
 * @param {{
 *   access: AccessDocument | undefined,
 *   signOut: () => void,
 * }} properties
 */
function KeyNote({ access, signOut }) {
  return html`
    <p class="row">
      <span class="dim">You use an API key${access && describeKey(access)}.</span>
      <button type="button" onClick=${signOut}>Forget it</button>
    </p>
  `;
}

/** @param {AccessDocument} access */
function describeKey({ tenant, key, rights, limits: { rate } }) {
  const name = key?.name ? `, “${key.name}”` : "";
  const end = key?.expiresAt ? `, until ${new Date(key.expiresAt).toLocaleString()}` : "";
  const often = rate ? `, ${rate.requests} requests in ${rate.windowSeconds} s` : "";
  return ` of ${tenant}${name}, which may ${rights.join(", ")}${end}${often}`;
}

/** Views that a key may not see have no links. */
function hideLinks() {
  for (const [view, right] of /** @type {[string, Right][]} */ (Object.entries(NEEDED))) {
    const link = /** @type {HTMLElement} */ (document.querySelector(`nav [href="${view}"]`));
    link.hidden = whyNot(right) !== undefined;
  }
}

/** @param {string} hash @param {() => void} onKey */
function viewOf(hash, onKey) {
  const reason = whyNot(NEEDED[hash === "#engine" ? hash : "#jobs"]);
  if (reason && hash) {
    return html`
      <h1>Not with this key</h1>
      <p class="problem">${reason}</p>
    `;
  }
  if (hash === "#engine") return html`<${Later} load=${loadEngine} onKey=${onKey} />`;
  const [, id] = JOB.exec(hash) ?? [];
  if (id) return html`<${Later} load=${loadJob} id=${id} onKey=${onKey} />`;
  const [isJobs, chosen] = JOBS.exec(hash) ?? [];
  if (isJobs) return html`<${Later} load=${loadJobs} first=${chosen} onKey=${onKey} />`;
  const [, a, b] = COMPARE.exec(hash) ?? [];
  if (b) return html`<${Later} load=${loadCompare} a=${a} b=${b} onKey=${onKey} />`;
  if (hash === "#kernels") return html`<${Later} load=${loadKernels} onKey=${onKey} />`;
  const [, kernel] = KERNEL.exec(hash) ?? [];
  if (kernel) return html`<${Later} load=${loadKernel} id=${kernel} onKey=${onKey} />`;
  return html`<${Count} onKey=${onKey} />`;
}

/** @param {{ onKey: () => void }} properties */
function Count({ onKey }) {
  const { data, problem } = useJson("v1/stop");
  const languages = /** @type {Languages | undefined} */ (data)?.languages ?? [];
  return html`
    <${ProblemNote} problem=${problem} onKey=${onKey} />
    <${CountForm} languages=${languages} />
  `;
}

const main = /** @type {Element} */ (document.getElementById("app"));
main.replaceChildren();
render(html`<${App} />`, main);
