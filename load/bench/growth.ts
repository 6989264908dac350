import { cpuUsage } from "node:process";
import { Engine, type EngineOptions, type JobInput } from "../../src/mod.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { countLetterRuns, generateDistinct, readEnglish, repeatText } from "../support/corpora.ts";
import { amount, choices, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { median, slope } from "../support/statistics.ts";

/** Linear growth, and what a cache that is left behind on the way may add. */
const MOST_EXPONENT = 1.15;
const UNIT_BYTES = 1_000_000;
const LEAST_KEYS = 62_500;
const TOKENS_PER_KEY = 4;
const WORD_BYTES = 9;
const JOB_BYTES = 16_000;
/** Each measure takes at least so long, so that the clock of processor time can tell it. */
const LEAST_MS = 100;

const KINDS = ["bytes", "keys", "jobs", "workers"] as const;

/** One size of a work, made when it is measured. */
interface Step {
  size: number;
  /** @throws {Error} If an answer is wrong. */
  work(): Promise<void>;
}

/** What one size has cost. */
interface Cost {
  size: number;
  ms: number;
  cpuMs: number;
}

/** A work that grows in one way. */
interface Growth {
  name: string;
  steps(): AsyncGenerator<Step>;
}

export default defineBenchmark({
  name: "growth",
  about: "How cost grows with text, keys, jobs at once and workers",
  details:
    `Counts more and more of one thing while all else stays: MB of English, distinct keys (each
comes four times), jobs of 16 KB at once, and workers for one text. A row has the time
and the processor time of the whole process, and the exponent between it and the row
before; below stands the slope of the processor time over the size, both as logarithms,
of the upper half of the sizes: 1 is linear. Nothing may grow faster (${MOST_EXPONENT}).
Sizes double or quadruple up to the given ones. Token counts are compared with what is
known of the texts.`,
  options: {
    of: choices(KINDS, "what grows"),
    mb: amount(256, "most MB of text"),
    keys: amount(4, "most distinct keys, in millions"),
    jobs: whole(10_000, "most jobs at once"),
    workers: whole(4, "most workers"),
    rounds: whole(3, "rounds of each size"),
  },
  quick: { mb: "16", keys: "0.5", jobs: "1000", rounds: "1" },
  async run({ of, mb, keys, jobs, workers, rounds }, report) {
    const book = (await readEnglish()).bytes;
    const growths: Record<typeof KINDS[number], Growth> = {
      bytes: { name: "MB of text", steps: () => growText(book, mb) },
      keys: { name: "distinct keys", steps: () => growKeys(keys * 1e6) },
      jobs: { name: "jobs at once", steps: () => growJobs(book, jobs) },
      workers: { name: "workers", steps: () => growWorkers(book, Math.min(mb, 64), workers) },
    };
    for (const kind of of) await measureGrowth(growths[kind], rounds, report);
  },
});

async function measureGrowth({ name, steps }: Growth, rounds: number, report: Report) {
  const costs: Cost[] = [];
  for await (const step of steps()) {
    report.progress(`${name}: ${step.size}`);
    costs.push(await measureStep(step, rounds));
  }
  report.table(
    [name, "ms", "CPU ms", "CPU µs of one", "exponent"],
    costs.map((cost, i) => [
      String(cost.size),
      cost.ms.toFixed(1),
      cost.cpuMs.toFixed(1),
      tellMicros(1000 * cost.cpuMs / cost.size),
      i === 0 ? "" : exponentOf(costs.slice(i - 1, i + 1)).toFixed(2),
    ]),
  );
  if (costs.length < 2) return;
  const exponent = exponentOf(costs.slice(Math.min(costs.length >> 1, costs.length - 2)));
  const met = exponent <= MOST_EXPONENT;
  report.require(`${name}, exponent of processor time`, exponent.toFixed(2), met);
  report.figure(name, "exponent", exponent, "lower");
  report.figure(`${name}, most`, "CPU ms", costs.at(-1)!.cpuMs, "lower");
  for (const { size, ms, cpuMs } of costs) report.row({ growth: name, size, ms, cpuMs });
}

function tellMicros(micros: number): string {
  return micros.toFixed(micros < 10 ? 2 : 0);
}

async function measureStep({ size, work }: Step, rounds: number): Promise<Cost> {
  const started = performance.now();
  await work(); // warms up
  const repeats = Math.ceil(LEAST_MS / (performance.now() - started));
  const ms: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = cpuUsage();
    const began = performance.now();
    for (let i = 0; i < repeats; i++) await work();
    const { user, system } = cpuUsage(before);
    ms.push((performance.now() - began) / repeats);
    cpuMs.push((user + system) / 1000 / repeats);
  }
  return { size, ms: median(ms), cpuMs: median(cpuMs) };
}

/** Slope of processor time over size, as logarithms. */
function exponentOf(costs: readonly Cost[]): number {
  return slope(costs.map(({ size, cpuMs }) => [Math.log(size), Math.log(cpuMs)] as const));
}

/** From `least`, by `factor`, up to `most`, which is the last. */
function* sizesUpTo(most: number, least: number, factor: number): Generator<number> {
  for (let size = least; size < most; size *= factor) yield size;
  yield most;
}

async function* growText(book: Uint8Array<ArrayBuffer>, mb: number): AsyncGenerator<Step> {
  await using engine = await startEngine();
  const unit = repeatText(book, UNIT_BYTES);
  const tokens = await countTokens(engine, unit);
  for (const size of sizesUpTo(Math.round(mb), 1, 4)) {
    const stream = () => ReadableStream.from(repeat(unit, size));
    yield { size, work: () => countExactly(engine, stream(), size * tokens) };
  }
}

function* repeat(unit: Uint8Array<ArrayBuffer>, times: number) {
  for (let i = 0; i < times; i++) yield unit;
}

async function* growKeys(most: number): AsyncGenerator<Step> {
  await using engine = await startEngine();
  for (const size of sizesUpTo(most, LEAST_KEYS, 2)) {
    const text = generateDistinct(size, size * TOKENS_PER_KEY * WORD_BYTES);
    const tokens = countLetterRuns(text);
    yield { size, work: () => countExactly(engine, text, tokens) };
  }
}

async function* growJobs(book: Uint8Array<ArrayBuffer>, most: number): AsyncGenerator<Step> {
  await using engine = await startEngine({ maxQueuedJobs: most, maxTenantJobs: most });
  const text = repeatText(book, JOB_BYTES);
  const tokens = await countTokens(engine, text);
  const count = () => countExactly(engine, text, tokens);
  for (const size of sizesUpTo(most, 1, 10)) {
    yield { size, work: async () => void await Promise.all(Array.from({ length: size }, count)) };
  }
}

async function* growWorkers(
  book: Uint8Array<ArrayBuffer>,
  mb: number,
  most: number,
): AsyncGenerator<Step> {
  const text = repeatWhole(repeatText(book, UNIT_BYTES), Math.round(mb));
  for (const size of sizesUpTo(most, 1, 2)) {
    await using engine = await startEngine({ workers: size });
    const tokens = await countTokens(engine, text);
    yield { size, work: () => countExactly(engine, text, tokens) };
  }
}

async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const engine = await Engine.start(options);
  await engine.ready();
  return engine;
}

function repeatWhole(unit: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(unit.length * times);
  for (let at = 0; at < text.length; at += unit.length) text.set(unit, at);
  return text;
}

async function countTokens(engine: Engine, input: JobInput): Promise<number> {
  return (await engine.submit(input, { top: 100 }).done).totals.tokens;
}

async function countExactly(engine: Engine, input: JobInput, tokens: number): Promise<void> {
  const counted = await countTokens(engine, input);
  if (counted === tokens) return;
  throw new Error(`Cannot tell costs: ${counted} tokens were counted of ${tokens}`);
}
