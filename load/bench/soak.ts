import { MixedJobs } from "../../tests/support/http/mixed_jobs.ts";
import { openFiles } from "../../tests/support/open_files.ts";
import { Random } from "../../tests/support/random.ts";
import { Engine } from "../../src/mod.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { whole } from "../support/options.ts";
import { slope } from "../support/statistics.ts";

const SAMPLES = 100;

export default defineBenchmark({
  name: "soak",
  about: "Whether the process grows over many jobs of every kind and end",
  details: `Many jobs go through one engine, among them some that spill. Resident memory is sampled,
and a line laid through the second half of the samples by least squares. It fails if
pages or files are held afterwards that were not held at the start.`,
  options: {
    jobs: whole(10_000, "jobs"),
    memory: whole(16, "MiB of the engine's shared memory"),
    keys: whole(60_000, "distinct keys of the largest jobs"),
    seed: whole(1, "seed of the mix", 0),
  },
  quick: { jobs: "1000" },
  async run({ jobs, memory, keys, seed }, report) {
    const parent = await Deno.makeTempDir({ prefix: "millrace-soak-" });
    const engine = await Engine.start({
      workers: 2,
      memoryBytes: memory * 1024 * 1024,
      chunkBytes: 32 * 1024,
      slotsPerWorker: 4,
      spillDirectory: parent,
    });
    await engine.ready();
    const before = engine.status().memory.regions.free;
    const mix = new MixedJobs(engine, new Random(seed), keys);
    const samples: [jobs: number, bytes: number][] = [];
    const started = performance.now();
    const step = Math.ceil(jobs / SAMPLES);
    for (let done = step; done < jobs + step; done += step) {
      await mix.run(step);
      samples.push([done, Deno.memoryUsage().rss]);
    }
    const seconds = (performance.now() - started) / 1000;
    const { free: after, jobs: held } = engine.status().memory.regions;
    const { runs = 0, bytes = 0 } = engine.status().spill ?? {};
    const open = openFiles(parent);
    await engine.close();
    const left = [...Deno.readDirSync(parent)];
    await Deno.remove(parent, { recursive: true });

    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    const endings = [...mix.endings].map(([ending, count]) => `${count} ${ending}`).join(", ");
    const growth = slope(samples.slice(samples.length >> 1));
    const [first, last] = [samples[0], samples.at(-1)!].map(([, rss]) => rss);
    report.print(`${jobs} jobs in ${seconds.toFixed(0)} s: ${endings}`);
    report.print(`${runs} runs, ${megabytes(bytes)} MB to disk`);
    report.print(
      `resident: ${megabytes(first)} MB after the first hundredth, ${
        megabytes(last)
      } MB at the end`,
    );
    report.print(`slope of the second half: ${growth.toFixed(0)} bytes per job`);
    report.print(`free shared memory: ${before} bytes before, ${after} after; jobs hold ${held}`);
    report.print(`files: ${open.length} open, ${left.length} left`);
    report.figure("jobs", "1/s", jobs / seconds, "higher");
    report.figure("resident at the end", "MB", last / 1e6, "lower");
    if (after !== before || held !== 0 || open.length + left.length > 0) {
      throw new Error("The engine holds pages or files of jobs that have ended");
    }
  },
});
