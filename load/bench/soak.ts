// Runs many jobs of every kind and end through one engine, among them some that spill, and watches
// whether the process grows: resident memory is sampled and a line laid through the second half of
// the samples by least squares; pages and files are compared with what was held at the start.
//
// Usage: soak.ts [--jobs 10000] [--memory 16] [--keys 60000] [--seed 1]
import { parseArgs } from "node:util";
import { Engine } from "../../src/mod.ts";
import { MixedJobs } from "../../tests/support/http/mixed_jobs.ts";
import { openFiles } from "../../tests/support/open_files.ts";
import { Random } from "../../tests/support/random.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "10000" },
    memory: { type: "string", default: "16" },
    keys: { type: "string", default: "60000" },
    seed: { type: "string", default: "1" },
  },
});
const JOBS = Number(values.jobs);
const SAMPLES = 100;

const parent = await Deno.makeTempDir({ prefix: "millrace-soak-" });
const engine = await Engine.start({
  workers: 2,
  memoryBytes: Number(values.memory) * 1024 * 1024,
  chunkBytes: 32 * 1024,
  slotsPerWorker: 4,
  spillDirectory: parent,
});
await engine.ready();
const before = engine.status().memory.regions.free;
const mix = new MixedJobs(engine, new Random(Number(values.seed)), Number(values.keys));
const samples: [jobs: number, bytes: number][] = [];
const started = performance.now();
for (let done = 0; done < JOBS;) {
  const step = Math.ceil(JOBS / SAMPLES);
  await mix.run(step);
  done += step;
  samples.push([done, Deno.memoryUsage().rss]);
}
const seconds = (performance.now() - started) / 1000;
const { free: after, jobs } = engine.status().memory.regions;
const { runs = 0, bytes = 0 } = engine.status().spill ?? {};
const open = openFiles(parent);
await engine.close();
const left = [...Deno.readDirSync(parent)];
await Deno.remove(parent, { recursive: true });

const endings = [...mix.endings].map(([ending, count]) => `${count} ${ending}`).join(", ");
console.log(`${JOBS} jobs in ${seconds.toFixed(0)} s: ${endings}`);
console.log(`${runs} runs, ${(bytes / 1e6).toFixed(0)} MB to disk`);
const [first, last] = [samples[0], samples.at(-1)!].map(([, rss]) => (rss / 1e6).toFixed(0));
console.log(`resident: ${first} MB after the first hundredth, ${last} MB at the end`);
const settled = samples.slice(samples.length >> 1);
console.log(`slope of the second half: ${slope(settled).toFixed(0)} bytes per job`);
console.log(`free shared memory: ${before} bytes before, ${after} after; jobs hold ${jobs}`);
console.log(`files: ${open.length} open, ${left.length} left`);
if (after !== before || jobs !== 0 || open.length + left.length > 0) Deno.exit(1);

/** Of the line through the points with the least squares. */
function slope(points: readonly [number, number][]): number {
  const mean = (index: 0 | 1) => points.reduce((sum, p) => sum + p[index], 0) / points.length;
  const x = mean(0), y = mean(1);
  let above = 0, below = 0;
  for (const [px, py] of points) {
    above += (px - x) * (py - y);
    below += (px - x) ** 2;
  }
  return above / below;
}
