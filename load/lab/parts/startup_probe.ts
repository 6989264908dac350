// A fresh process that starts workers of a mechanism, and prints what one of them costs.
// Usage: startup_probe.ts MECHANISM WORKERS
import { readResident } from "../../support/commands.ts";
import { type MechanismName, MECHANISMS } from "./mechanisms.ts";

const [name, workers] = Deno.args;
const before = Deno.memoryUsage().rss;
const started = performance.now();
const crew = await MECHANISMS[name as MechanismName](Number(workers));
const ms = performance.now() - started;
let bytes = Deno.memoryUsage().rss - before;
for (const pid of crew.pids) bytes += await readResident(pid);
await crew.close();
console.log(JSON.stringify({ ms: ms / Number(workers), bytes: bytes / Number(workers) }));
