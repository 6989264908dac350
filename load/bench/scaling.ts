import type { CountOptions, Engine, JobResult } from "../../src/mod.ts";
import { defineBenchmark, type Side, type Sides, type TakeTurns } from "../support/benchmark.ts";
import { countLetterRuns, generateDistinct, readEnglish, repeatText } from "../support/corpora.ts";
import { amount, choice, whole } from "../support/options.ts";
import type { Figure, Report } from "../support/report.ts";
import { median } from "../support/statistics.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { timeOnIdleCores } from "./parts/core_time.ts";

const MAP_REQUIRED = 1.9;
const WHOLE_REQUIRED = 1.7;
/** Tokens per distinct key of the second text: nearly every key comes up then. */
const REPEATS = 4;
const WORD_BYTES = 9;
const TOKENIZERS = ["unicode", "ascii", "whitespace"] as const;

const PHASES = ["map", "reduce", "whole", "idle"] as const;

/** Milliseconds of each round, by phase; and of the whole as it would be on idle cores. */
type Times = Record<typeof PHASES[number], number[]>;

export default defineBenchmark({
  name: "scaling",
  about: "What a second worker gains, through the engine",
  details: `The map phase of an English text, and the whole job on a text of some five million
distinct keys. One engine of one worker and one of two take turns; their answers are
compared with each other and with what is known of the text. "On idle cores" is the
least that the whole would take there, by the processor time of each thread.`,
  options: {
    mb: amount(245, "MB of the English text"),
    distinct: whole(5_000_000, "distinct keys of the second text"),
    rounds: whole(5, "rounds"),
    tokenizer: choice(TOKENIZERS, "unicode", "tokenizer of both texts"),
  },
  quick: { mb: "20", distinct: "200000", rounds: "1" },
  async run({ mb, distinct, rounds, tokenizer }, report) {
    await using engines = await startEngines(THIS_REVISION);
    const pair = new EnginePair(engines.pair, rounds, { tokenizer, top: 100 });
    await measureEnglish(pair, mb * 1e6, report);
    await measureDistinct(pair, distinct, report);
  },
  compare: compareRevisions,
});

/** The engines of each revision in their turn, by what the texts would take on idle cores. */
async function compareRevisions(
  _sides: Sides,
  { mb, distinct, tokenizer }: {
    mb: number;
    distinct: number;
    tokenizer: CountOptions["tokenizer"];
  },
  _report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  const texts = {
    "English": repeatText((await readEnglish()).bytes, mb * 1e6),
    "distinct keys": generateDistinct(distinct, distinct * REPEATS * WORD_BYTES),
  };
  await takeTurns(async (side): Promise<Figure[]> => {
    await using engines = await startEngines(side);
    const pair = new EnginePair(engines.pair, 1, { tokenizer, top: 100 });
    const figures: Figure[] = [];
    for (const [name, text] of Object.entries(texts)) {
      const [one, two] = (await pair.measure(text)).map(({ idle }) => idle[0]);
      figures.push(
        { name: `${name}, one worker`, unit: "ms", value: one, better: "lower" },
        { name: `${name}, two workers`, unit: "ms", value: two, better: "lower" },
        { name: `${name}, of one worker`, unit: "×", value: one / two, better: "higher" },
      );
    }
    return figures;
  });
}

/** Engines of a revision, of one worker and of two. */
async function startEngines({ root }: Side) {
  const module: { Engine: typeof Engine } = await import(new URL("src/mod.ts", root).href);
  await using stack = new AsyncDisposableStack();
  const one = stack.use(await module.Engine.start({ workers: 1 }));
  const two = stack.use(await module.Engine.start({ workers: 2 }));
  await Promise.all([one.ready(), two.ready()]);
  const owned = stack.move();
  return { pair: [one, two] as const, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function measureEnglish(pair: EnginePair, bytes: number, report: Report): Promise<void> {
  const { name, bytes: book } = await readEnglish();
  const text = repeatText(book, bytes);
  report.print(`${name}, ${(text.length / 1e6).toFixed(0)} MB, ${pair.options.tokenizer}`);
  const { map, idle } = tellTimes("English", text.length, await pair.measure(text), report);
  const asked = { "map phase, two workers against one": map, "whole job on idle cores": idle };
  for (const [what, ratio] of Object.entries(asked)) tellRatio(what, ratio, MAP_REQUIRED, report);
}

async function measureDistinct(pair: EnginePair, distinct: number, report: Report): Promise<void> {
  const text = generateDistinct(distinct, distinct * REPEATS * WORD_BYTES);
  const tokens = countLetterRuns(text);
  report.print(
    `\n${distinct} distinct keys, ${(text.length / 1e6).toFixed(0)} MB, ${tokens} words`,
  );
  // The share of D keys that N draws meet is 1 - exp(-N / D), and a worker makes N / 2 of them.
  const share = (1 - Math.exp(-tokens / 2 / distinct)) / (1 - Math.exp(-tokens / distinct));
  report.print(
    `each of two workers meets ${(100 * share).toFixed(0)} % of all keys, one meets all`,
  );
  const times = await pair.measure(text, tokens);
  const { whole, idle } = tellTimes("distinct keys", text.length, times, report);
  const asked = { "whole job, two workers against one": whole, "the same on idle cores": idle };
  for (const [what, ratio] of Object.entries(asked)) tellRatio(what, ratio, WHOLE_REQUIRED, report);
}

function tellRatio(what: string, ratio: number, required: number, report: Report): void {
  report.require(what, `${ratio.toFixed(2)} × (required: ${required} ×)`, ratio >= required);
}

/** An engine of one worker and one of two, which take turns. */
class EnginePair {
  readonly #engines: readonly Engine[];
  readonly #rounds: number;

  constructor(
    engines: readonly [one: Engine, two: Engine],
    rounds: number,
    readonly options: Partial<CountOptions>,
  ) {
    this.#engines = engines;
    this.#rounds = rounds;
  }

  /**
   * Times of one and of two workers.
   *
   * @param tokens Words of the text, where that is known.
   * @throws {Error} If the answers differ.
   */
  async measure(text: Uint8Array<ArrayBuffer>, tokens?: number): Promise<[Times, Times]> {
    const empty = (): Times => ({ map: [], reduce: [], whole: [], idle: [] });
    const all: [Times, Times] = [empty(), empty()];
    for (let round = -1; round < this.#rounds; round++) { // the first warms up
      const results: JobResult[] = [];
      for (const [i, engine] of this.#engines.entries()) {
        const job = () => engine.submit(text, this.options).done;
        const [result, idle] = await timeOnIdleCores(i + 1, job);
        results.push(result);
        if (round < 0) continue;
        all[i].map.push(result.ms.map);
        all[i].reduce.push(result.ms.reduce);
        all[i].whole.push(result.ms.total);
        all[i].idle.push(idle);
      }
      compareResults(results, tokens ?? results[0].totals.tokens);
    }
    return all;
  }
}

function compareResults([one, two]: JobResult[], tokens: number): void {
  const equal = one.totals.tokens === tokens && two.totals.tokens === tokens &&
    one.totals.keys === two.totals.keys &&
    one.segment.bytes.length === two.segment.bytes.length &&
    one.segment.bytes.every((byte, i) => byte === two.segment.bytes[i]);
  if (!equal) throw new Error("Cannot compare times: one and two workers count differently");
}

/** Tells both, and returns the median over the rounds of each phase's ratio. */
function tellTimes(
  text: string,
  bytes: number,
  [one, two]: [Times, Times],
  report: Report,
): Record<keyof Times, number> {
  const ratios = PHASES.map((phase) => median(one[phase].map((ms, i) => ms / two[phase][i])));
  const row = (name: string, times: Times) => [
    name,
    ...PHASES.map((phase) => median(times[phase]).toFixed(0)),
    (bytes / 1000 / median(times.whole)).toFixed(0),
  ];
  report.table(["ms", "map", "reduce", "whole", "on idle cores", "MB/s"], [
    row("one worker", one),
    row("two workers", two),
    ["two against one", ...ratios.map((ratio) => `${ratio.toFixed(2)} ×`), ""],
  ]);
  report.figure(`${text}, one worker`, "ms", median(one.whole), "lower");
  report.figure(`${text}, two workers`, "ms", median(two.whole), "lower");
  return { map: ratios[0], reduce: ratios[1], whole: ratios[2], idle: ratios[3] };
}
