import { hasKey, keepKey } from "./api.js";
import { CountForm } from "./count_form.js";
import { useJson } from "./hooks.js";
import { Later } from "./later.js";
import { html, render, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** @typedef {{ languages: readonly import("./count_form.js").Language[] }} Languages */

/** Views, and what the address says of them. */
const JOB = /^#job=([\w-]+)$/;
const JOBS = /^#jobs(?:=([\w-]+))?$/;
const COMPARE = /^#compare=([\w-]+),([\w-]+)$/;

// Views that are not the first one are loaded when they are shown.
const loadJob = async () => (await import("./job.js")).Job;
const loadJobs = async () => (await import("./jobs.js")).Jobs;
const loadEngine = async () => (await import("./engine.js")).Engine;
const loadCompare = async () => (await import("./compare.js")).Compare;

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
  const signOut = () => {
    keepKey(undefined);
    onKey();
  };
  return html`
    ${hasKey() && html`<p class="row"><span class="dim">You use an API key.</span>
      <button type="button" onClick=${signOut}>Forget it</button></p>`}
    <div key=${`${session}${hash}`}>${viewOf(hash, onKey)}</div>
  `;
}

/** @param {string} hash @param {() => void} onKey */
function viewOf(hash, onKey) {
  if (hash === "#engine") return html`<${Later} load=${loadEngine} onKey=${onKey} />`;
  const [, id] = JOB.exec(hash) ?? [];
  if (id) return html`<${Later} load=${loadJob} id=${id} onKey=${onKey} />`;
  const [isJobs, chosen] = JOBS.exec(hash) ?? [];
  if (isJobs) return html`<${Later} load=${loadJobs} first=${chosen} onKey=${onKey} />`;
  const [, a, b] = COMPARE.exec(hash) ?? [];
  if (b) return html`<${Later} load=${loadCompare} a=${a} b=${b} onKey=${onKey} />`;
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
