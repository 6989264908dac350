// Measures what a second worker gains, through the engine: the map phase of an English text, and
// the whole job on a text of some five million distinct keys. One engine of one worker and one of
// two take turns; their answers are compared with each other and with what is known of the text.
//
// Usage: scaling.ts [--mb 245] [--distinct 5000000] [--rounds 5] [--tokenizer unicode]
import { parseArgs } from "node:util";
import { type CountOptions, Engine, type JobResult } from "../../src/mod.ts";
import { generateDistinct, readEnglish, repeatText } from "../corpora.ts";
import { median, printRequired, printTable } from "./report.ts";

const MAP_REQUIRED = 1.9;
const WHOLE_REQUIRED = 1.7;
/** Tokens per distinct key of the second text: nearly every key comes up then. */
const REPEATS = 4;
const WORD_BYTES = 9;

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "245" },
    distinct: { type: "string", default: "5000000" },
    rounds: { type: "string", default: "5" },
    tokenizer: { type: "string", default: "unicode" },
  },
});
const OPTIONS = { tokenizer: values.tokenizer as CountOptions["tokenizer"], top: 100 };

/** Milliseconds of each round, by phase. */
interface Times {
  map: number[];
  reduce: number[];
  whole: number[];
}

await using one = await Engine.start({ workers: 1 });
await using two = await Engine.start({ workers: 2 });
await Promise.all([one.ready(), two.ready()]);

await measureEnglish();
await measureDistinct();

async function measureEnglish(): Promise<void> {
  const { name, bytes } = await readEnglish();
  const text = repeatText(bytes, Number(values.mb) * 1e6);
  console.log(`${name}, ${(text.length / 1e6).toFixed(0)} MB, ${OPTIONS.tokenizer}`);
  const times = await measure(text);
  const ratio = printTimes(text.length, times).map;
  printRequired(
    "map phase, two workers against one",
    `${ratio.toFixed(2)} × (required: ${MAP_REQUIRED} ×)`,
    ratio >= MAP_REQUIRED,
  );
}

async function measureDistinct(): Promise<void> {
  const distinct = Number(values.distinct);
  const text = generateDistinct(distinct, distinct * REPEATS * WORD_BYTES);
  const tokens = countLetterRuns(text);
  console.log(`\n${distinct} distinct keys, ${(text.length / 1e6).toFixed(0)} MB, ${tokens} words`);
  // The share of D keys that N draws meet is 1 - exp(-N / D), and a worker makes N / 2 of them.
  const share = (1 - Math.exp(-tokens / 2 / distinct)) / (1 - Math.exp(-tokens / distinct));
  console.log(`each of two workers meets ${(100 * share).toFixed(0)} % of all keys, one meets all`);
  const times = await measure(text, tokens);
  const ratio = printTimes(text.length, times).whole;
  printRequired(
    "whole job, two workers against one",
    `${ratio.toFixed(2)} × (required: ${WHOLE_REQUIRED} ×)`,
    ratio >= WHOLE_REQUIRED,
  );
}

/** Times of one and of two workers. @throws {Error} If their answers differ. */
async function measure(text: Uint8Array<ArrayBuffer>, tokens?: number): Promise<[Times, Times]> {
  const all: [Times, Times] = [
    { map: [], reduce: [], whole: [] },
    { map: [], reduce: [], whole: [] },
  ];
  for (let round = -1; round < Number(values.rounds); round++) { // the first warms up
    const results: JobResult[] = [];
    for (const [i, engine] of [one, two].entries()) {
      const result = await engine.submit(text, OPTIONS).done;
      results.push(result);
      if (round < 0) continue;
      all[i].map.push(result.ms.map);
      all[i].reduce.push(result.ms.reduce);
      all[i].whole.push(result.ms.total);
    }
    compare(results, tokens ?? results[0].totals.tokens);
  }
  return all;
}

function compare([one, two]: JobResult[], tokens: number): void {
  const equal = one.totals.tokens === tokens && two.totals.tokens === tokens &&
    one.totals.keys === two.totals.keys &&
    one.segment.bytes.length === two.segment.bytes.length &&
    one.segment.bytes.every((byte, i) => byte === two.segment.bytes[i]);
  if (!equal) throw new Error("Cannot compare times: one and two workers count differently");
}

/** Prints both, and returns the median over the rounds of each phase's ratio. */
function printTimes(bytes: number, [one, two]: [Times, Times]): Record<keyof Times, number> {
  const phases = ["map", "reduce", "whole"] as const;
  const ratios = phases.map((phase) => median(one[phase].map((ms, i) => ms / two[phase][i])));
  const row = (name: string, times: Times) => [
    name,
    ...phases.map((phase) => median(times[phase]).toFixed(0)),
    (bytes / 1000 / median(times.whole)).toFixed(0),
  ];
  printTable(["ms", "map", "reduce", "whole", "MB/s"], [
    row("one worker", one),
    row("two workers", two),
    ["two against one", ...ratios.map((ratio) => `${ratio.toFixed(2)} ×`), ""],
  ]);
  return { map: ratios[0], reduce: ratios[1], whole: ratios[2] };
}

/** Words of a text of nothing but lower-case letters, spaces and line feeds. */
function countLetterRuns(text: Uint8Array): number {
  let runs = 0;
  let inside = false;
  for (const byte of text) {
    const letter = byte >= 0x61;
    if (letter && !inside) runs++;
    inside = letter;
  }
  return runs;
}
