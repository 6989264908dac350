import { hasKey, keepKey } from "./api.js";
import { CountForm } from "./count_form.js";
import { useJson } from "./hooks.js";
import { Later } from "./later.js";
import { html, render, useEffect, useState } from "./preact.js";
import { ProblemNote } from "./problems.js";

/** @typedef {{ languages: readonly import("./count_form.js").Language[] }} Languages */

const JOB = /^#job=([\w-]+)$/;

// Views that are not the first one are loaded when they are shown.
const loadJob = async () => (await import("./job.js")).Job;
const loadJobs = async () => (await import("./jobs.js")).Jobs;

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
  const job = JOB.exec(hash)?.[1];
  return html`
    ${hasKey() && html`<p class="row"><span class="dim">You use an API key.</span>
      <button type="button" onClick=${signOut}>Forget it</button></p>`}
    <div key=${`${session}${hash}`}>${job !== undefined
      ? html`<${Later} load=${loadJob} id=${job} onKey=${onKey} />`
      : hash === "#jobs"
      ? html`<${Later} load=${loadJobs} onKey=${onKey} />`
      : html`<${Count} onKey=${onKey} />`}</div>
  `;
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
