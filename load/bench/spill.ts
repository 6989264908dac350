// Measures a vocabulary that outgrows memory: distinct keys, generated while they are counted, under
// a limit that holds a few million of them. Then fewer keys, in memory and through the disk. Every
// answer is compared with what was generated, and each count has a process of its own.
//
// Usage: spill.ts [--keys 50000000] [--memory 256] [--compare 5000000] [--small 96] [--dir /tmp]
import { parseArgs } from "node:util";
import { type CountOptions, Engine, type JobResult, type StageTimes } from "../../src/mod.ts";
import { printTable } from "./report.ts";

const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "50000000" },
    memory: { type: "string", default: "256" },
    compare: { type: "string", default: "5000000" },
    small: { type: "string", default: "96" },
    dir: { type: "string" },
    case: { type: "string" },
  },
});

/** One count to measure. */
interface Case {
  keys: number;
  /** Limit in MiB; 0 for the engine's own. */
  memory: number;
  options: Partial<CountOptions>;
}

/** What came of it. */
interface Measured {
  bytes: number;
  seconds: number;
  ms: StageTimes;
  spilled: { runs: number; bytes: number };
  baseBytes: number;
  peakBytes: number;
}

/** A key has this many letters, and one in ten comes twice. */
const LETTERS = 11;
const REPEATED = 10;
const BLOCK_BYTES = 1 << 20;

if (values.case !== undefined) {
  console.log(JSON.stringify(await measure(JSON.parse(values.case))));
} else {
  await compare();
}

async function compare(): Promise<void> {
  const rows: string[][] = [];
  const run = async (each: Case) => {
    const measured = await measureApart(each);
    rows.push(formatRow(each, measured));
    return measured;
  };
  const keys = Number(values.keys), memory = Number(values.memory);
  for (const options of [{ top: 100 }, { top: 0, order: "key" }, { top: 0 }] as const) {
    if (keys > 0) await run({ keys, memory, options });
  }
  const fewer = Number(values.compare);
  const inMemory = await run({ keys: fewer, memory: 0, options: { top: 100 } });
  const onDisk = await run({ keys: fewer, memory: Number(values.small), options: { top: 100 } });
  printTable(
    ["options", "keys", "limit", "MB", "MB/s", "map s", "reduce s", "runs", "disk MB", "RSS MB"],
    rows,
  );
  const ratio = (onDisk.seconds / inMemory.seconds).toFixed(2);
  console.log(`\nthe process without any job: ${megabytes(inMemory.baseBytes)} MB`);
  console.log(`${fewer} keys through the disk take ${ratio} × their time in memory`);
}

async function measureApart(each: Case): Promise<Measured> {
  const dir = values.dir === undefined ? [] : ["--dir", values.dir];
  const script = new URL(import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, "--case", JSON.stringify(each), ...dir],
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`${JSON.stringify(each)} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function measure({ keys, memory, options }: Case): Promise<Measured> {
  const memoryBytes = memory === 0 ? undefined : memory * 1024 * 1024;
  await using engine = await Engine.start({ workers: 2, memoryBytes, spillDirectory: values.dir });
  await engine.ready();
  const baseBytes = Deno.memoryUsage().rss;
  let peakBytes = baseBytes;
  const sample = () => peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
  const sampler = setInterval(sample, 20);
  const started = performance.now();
  const result = await engine.submit(generate(keys), { tokenizer: "ascii", ...options }).done;
  const seconds = (performance.now() - started) / 1000;
  check(result, keys, options);
  sample();
  clearInterval(sampler);
  result.segment.close();
  const { totals: { bytes }, ms, spilled = { runs: 0, bytes: 0 } } = result;
  return { bytes, seconds, ms, spilled, baseBytes, peakBytes };
}

/** Every key once, and every tenth a second time, in an order that is none. */
function generate(keys: number): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const block = new Uint8Array(BLOCK_BYTES);
      let at = 0;
      for (; next < keys && at + 2 * (LETTERS + 1) <= block.length; next++) {
        const start = at;
        at = writeKey(block, at, next);
        if (next % REPEATED !== 0) continue;
        block.copyWithin(at, start, at);
        at += LETTERS + 1;
      }
      if (at > 0) controller.enqueue(block.subarray(0, at));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Seven letters are a bijection of 32 bits, so that different numbers are different keys. */
function writeKey(block: Uint8Array, at: number, index: number): number {
  let high = Math.imul(index, 0x9e3779b1) >>> 0;
  let low = Math.imul(index ^ 0x5bd1e995, 0x85ebca6b) >>> 16;
  for (let i = 0; i < 7; i++) {
    const rest = Math.floor(high / 26);
    block[at++] = 97 + high - rest * 26;
    high = rest;
  }
  for (let i = 7; i < LETTERS; i++) {
    block[at++] = 97 + (low & 15);
    low >>>= 4;
  }
  block[at++] = 32;
  return at;
}

function check(result: JobResult, keys: number, { top, order }: Partial<CountOptions>): void {
  const repeated = Math.ceil(keys / REPEATED);
  const { totals, segment } = result;
  assertEqual("distinct keys", totals.keys, keys);
  assertEqual("tokens", totals.tokens, keys + repeated);
  const cursor = segment.records();
  let seen = 0, sum = 0, previous = Infinity;
  while (cursor.next()) {
    seen++;
    sum += cursor.count;
    if (order !== "key" && cursor.count > previous) throw new Error("counts are out of order");
    previous = cursor.count;
  }
  assertEqual("keys answered", seen, top === 0 ? keys : Math.min(top!, keys));
  if (top === 0) assertEqual("sum of counts", sum, keys + repeated);
}

function assertEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, expected ${expected}`);
}

function formatRow({ keys, memory, options }: Case, measured: Measured): string[] {
  const { bytes, seconds, ms, spilled, peakBytes } = measured;
  return [
    JSON.stringify(options),
    String(keys),
    memory === 0 ? "none" : `${memory} MiB`,
    megabytes(bytes),
    megabytes(bytes / seconds),
    (ms.map / 1000).toFixed(1),
    (ms.reduce / 1000).toFixed(1),
    String(spilled.runs),
    megabytes(spilled.bytes),
    megabytes(peakBytes),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
