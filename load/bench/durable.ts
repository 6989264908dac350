// Measures what it costs that a job outlives the process: jobs sent by curl to a server that keeps
// them in memory and to one with a data directory, in turns, up to the 202. Counts are compared
// before rates are told. Usage: durable.ts [--mb 245] [--rounds 9] [--small 2000]
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { readEnglish } from "../corpora.ts";
import { median, printRequired, printTable } from "./report.ts";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "245" },
    rounds: { type: "string", default: "9" },
    small: { type: "string", default: "2000" },
  },
});

/** What the durable path must reach of the other's rate. */
const REQUIRED = 0.7;
const SMALL_BYTES = 4096;
/** Clients that send small jobs side by side. */
const CLIENTS = 16;

const directory = await Deno.makeTempDir({ prefix: "millrace-bench-" });
try {
  await measure(`${directory}/text`, Number(values.mb) * 1e6, Number(values.rounds));
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function measure(file: string, leastBytes: number, rounds: number): Promise<void> {
  const bytes = await writeText(file, leastBytes);
  await using memory = await ServerProcess.start();
  await using durable = await ServerProcess.start({ args: ["--data", `${directory}/data`] });
  const servers = { "in memory": memory.origin, "data directory": durable.origin };
  await compareCounts(Object.values(servers), file);
  const rates = new Map(Object.keys(servers).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, origin] of Object.entries(servers)) {
      const { ms, location } = await submit(origin, file);
      rates.get(name)!.push(bytes / 1000 / ms);
      await finish(origin, location);
    }
  }
  console.log(`one job of ${(bytes / 1e6).toFixed(0)} MB, up to its 202; ${rounds} rounds`);
  report("MB/s", rates);

  const small = new Map<string, number[]>(Object.keys(servers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, origin] of Object.entries(servers)) {
      small.get(name)!.push(await rateSmall(origin, Number(values.small)));
    }
  }
  console.log(`\njobs of ${SMALL_BYTES} bytes, ${CLIENTS} clients`);
  report("jobs/s", small, false);
}

function report(unit: string, rates: Map<string, number[]>, required = true): void {
  const medians = new Map([...rates].map(([name, all]) => [name, median(all)]));
  const [base, durable] = [medians.get("in memory")!, medians.get("data directory")!];
  printTable(
    ["", unit, "min", "max", "of in memory"],
    [...rates].map(([name, all]) => [
      name,
      ...[medians.get(name)!, Math.min(...all), Math.max(...all)].map((each) => each.toFixed(0)),
      `${(100 * medians.get(name)! / base).toFixed(0)} %`,
    ]),
  );
  if (!required) return;
  const ratio = durable / base;
  printRequired(`durable at least ${REQUIRED} of in memory`, ratio.toFixed(2), ratio >= REQUIRED);
}

async function writeText(path: string, leastBytes: number): Promise<number> {
  const { bytes } = await readEnglish();
  const copies = Math.ceil(leastBytes / bytes.length);
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  for (let i = 0; i < copies; i++) await writer.write(bytes);
  await writer.close();
  return copies * bytes.length;
}

/** @throws {Error} If the servers do not answer alike. */
async function compareCounts(origins: string[], file: string): Promise<void> {
  const answers = [];
  for (const origin of origins) {
    const { location } = await submit(origin, file);
    answers.push(await finish(origin, location));
  }
  if (new Set(answers).size > 1) throw new Error("Cannot compare rates: the counts differ");
}

/** Milliseconds to the 202, by curl's own clock. @throws {Error} If there is no 202. */
async function submit(origin: string, file: string): Promise<{ ms: number; location: string }> {
  const { stdout } = await new Deno.Command("curl", {
    args: [
      ...["-sST", file, "-X", "POST", "-o", "/dev/null"],
      ...["-w", "%{http_code} %{time_total} %header{location}", `${origin}/v1/jobs`],
    ],
  }).output();
  const [status, seconds, location] = new TextDecoder().decode(stdout).split(" ");
  if (status !== "202") throw new Error(`Cannot submit ${file}: ${origin} answers ${status}`);
  return { ms: Number(seconds) * 1000, location };
}

/** Waits for the result, reads it and deletes the job. */
async function finish(origin: string, location: string): Promise<string> {
  const result = await fetch(`${origin}${location}/result?format=tsv&wait=60`);
  const text = await result.text();
  if (result.status !== 200) throw new Error(`Cannot read ${location}: ${text}`);
  await (await fetch(`${origin}${location}`, { method: "DELETE" })).body?.cancel();
  return text;
}

async function rateSmall(origin: string, jobs: number): Promise<number> {
  const body = "to be or not to be ".repeat(SMALL_BYTES).slice(0, SMALL_BYTES);
  let left = jobs;
  const start = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) {
      const response = await fetch(`${origin}/v1/jobs`, { method: "POST", body });
      await response.body?.cancel();
      if (response.status !== 202) throw new Error(`${origin} answers ${response.status}`);
    }
  }));
  return jobs / (performance.now() - start) * 1000;
}
