#!/usr/bin/env bash
# poolifier 5.3.2 (npm): a task function that returns a promise.
# Guess: it is awaited, however the function was written: "(data) => fetch(…)" and "async (data) => await fetch(…)" are one.
# Seen: only a function declared "async" is awaited. Of another one the promise itself is sent to the pool, where it cannot be
# cloned, and the task fails with an empty object in place of an error: no name, no message, no stack.
# Hurt: whoever hands over a function that was compiled to an older target, bound, or wrapped: every task fails, and nothing
# says why.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund poolifier@5.3.2

cat >worker.mjs <<'E'
import { ThreadWorker } from "poolifier";
const declared = async () => 6 * 7;
export default new ThreadWorker({
  plain: () => 6 * 7,
  declared,
  returned: () => Promise.resolve(6 * 7),
  wrapped: (...all) => declared(...all),
});
E
cat >run.mjs <<'E'
import { FixedThreadPool } from "poolifier";
const pool = new FixedThreadPool(1, "./worker.mjs", { enableEvents: false });
for (const name of ["plain", "declared", "returned", "wrapped"]) {
  const told = (error) => `fails with ${error instanceof Error ? error.message : JSON.stringify(error)}`;
  console.log(name, await pool.execute({}, name).then((value) => `gives ${value}`, told));
}
process.exit();
E
node run.mjs | tee seen

cat >expected <<'E'
plain gives 42
declared gives 42
returned fails with {}
wrapped fails with {}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
