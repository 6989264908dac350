// One count of the benchmark `spill`, in a process of its own: prints what came of it as JSON.
// Usage: spill_case.ts CASE, a SpillCase as JSON
import { type CountOptions, Engine, type JobResult, type StageTimes } from "../../../src/mod.ts";

/** One count to measure. */
export interface SpillCase {
  keys: number;
  /** Limit in MiB; 0 for the engine's own. */
  memory: number;
  options: Partial<CountOptions>;
  /** Where the job spills; the system's temporary folder unless said. */
  dir?: string;
}

/** What came of it. */
export interface SpillOutcome {
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

console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]))));

async function measure({ keys, memory, options, dir }: SpillCase): Promise<SpillOutcome> {
  const memoryBytes = memory === 0 ? undefined : memory * 1024 * 1024;
  await using engine = await Engine.start({ workers: 2, memoryBytes, spillDirectory: dir });
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
