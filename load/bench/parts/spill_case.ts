// One count of the benchmark `spill`, in a process of its own: prints what came of it as JSON.
// Usage: spill_case.ts CASE, a SpillCase as JSON
import { type CountOptions, Engine, type JobResult, type StageTimes } from "../../../src/mod.ts";
import { recordKernel } from "../../../src/records/record_kernel.ts";
import { column, countPlan } from "../../../tests/support/record_plan.ts";

/** One count to measure. */
export interface SpillCase {
  keys: number;
  /** Whether keys are two columns of CSV, and not words. */
  areColumns: boolean;
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
/** So many of its letters are a number that no other key has. */
const NUMBER_LETTERS = 7;
const FACTOR = 0x9e3779b1;
/** Modulo 2^32. */
const INVERSE_FACTOR = 0x0e8b2f51;
/** Between the parts of a compound key. */
const SEPARATOR = 1;
const BLOCK_BYTES = 1 << 20;

console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]))));

async function measure(
  { keys, areColumns, memory, options, dir }: SpillCase,
): Promise<SpillOutcome> {
  const memoryBytes = memory === 0 ? undefined : memory * 1024 * 1024;
  await using engine = await Engine.start({ workers: 2, memoryBytes, spillDirectory: dir });
  await engine.ready();
  const baseBytes = Deno.memoryUsage().rss;
  let peakBytes = baseBytes;
  const sample = () => peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
  const sampler = setInterval(sample, 20);
  const started = performance.now();
  const kernel = areColumns ? recordKernel(countPlan("csv", [column(1), column(2)])) : undefined;
  const terms = areColumns ? { case: "preserve" } as const : { tokenizer: "ascii" } as const;
  const text = generate(keys, areColumns);
  const result = await engine.submit(text, { ...terms, ...options }, { kernel }).done;
  const seconds = (performance.now() - started) / 1000;
  sample();
  clearInterval(sampler);
  check(result, keys, areColumns, options);
  result.segment.close();
  const { totals: { bytes }, ms, spilled = { runs: 0, bytes: 0 } } = result;
  return { bytes, seconds, ms, spilled, baseBytes, peakBytes };
}

/** Every key once, and every tenth a second time, in an order that is none. */
function generate(keys: number, areColumns: boolean): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const block = new Uint8Array(BLOCK_BYTES);
      let at = 0;
      for (; next < keys && at + 2 * (LETTERS + 2) <= block.length; next++) {
        const start = at;
        at = writeKey(block, at, next, areColumns ? 44 : undefined);
        block[at++] = areColumns ? 10 : 32;
        if (next % REPEATED !== 0) continue;
        block.copyWithin(at, start, at);
        at += at - start;
      }
      if (at > 0) controller.enqueue(block.subarray(0, at));
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/**
 * Seven letters are a bijection of 32 bits, so that different numbers are different keys.
 *
 * @param between A byte behind these letters, before the others.
 */
function writeKey(block: Uint8Array, at: number, index: number, between?: number): number {
  let high = Math.imul(index, FACTOR) >>> 0;
  let low = Math.imul(index ^ 0x5bd1e995, 0x85ebca6b) >>> 16;
  for (let i = 0; i < NUMBER_LETTERS; i++) {
    const rest = Math.floor(high / 26);
    block[at++] = 97 + high - rest * 26;
    high = rest;
  }
  if (between !== undefined) block[at++] = between;
  for (let i = NUMBER_LETTERS; i < LETTERS; i++) {
    block[at++] = 97 + (low & 15);
    low >>>= 4;
  }
  return at;
}

/** The number whose key has these letters. */
function readIndex(bytes: Uint8Array, start: number): number {
  let high = 0;
  for (let i = NUMBER_LETTERS; --i >= 0;) high = high * 26 + bytes[start + i] - 97;
  return Math.imul(high, INVERSE_FACTOR) >>> 0;
}

/** Looks at each key: whether it was generated, is answered once, and has its count. */
function check(
  result: JobResult,
  keys: number,
  areColumns: boolean,
  { top, order }: Partial<CountOptions>,
): void {
  const { totals, segment } = result;
  assertEqual("distinct keys", totals.keys, keys);
  assertEqual("tokens", totals.tokens, keys + Math.ceil(keys / REPEATED));
  const isSeen = new Uint8Array(keys);
  const right = new Uint8Array(LETTERS + 1);
  const between = areColumns ? SEPARATOR : undefined;
  const cursor = segment.records();
  let seen = 0, previous = Infinity;
  while (cursor.next()) {
    const { bytes, keyStart, keyEnd, count } = cursor;
    const index = readIndex(bytes, keyStart);
    const length = writeKey(right, 0, index, between);
    assertEqual("bytes of a key", keyEnd - keyStart, length);
    for (let i = 0; i < length; i++) assertEqual("a byte of a key", bytes[keyStart + i], right[i]);
    assertEqual("a count", count, index % REPEATED === 0 ? 2 : 1);
    if (!(index < keys) || isSeen[index]++ > 0) throw new Error(`the key ${index} is one too many`);
    if (order !== "key" && count > previous) throw new Error("counts are out of order");
    previous = count;
    seen++;
  }
  assertEqual("keys answered", seen, top === 0 ? keys : Math.min(top!, keys));
}

function assertEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, expected ${expected}`);
}
