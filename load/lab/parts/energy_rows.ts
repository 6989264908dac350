import { Engine } from "../../../src/mod.ts";
import { checkSample, createSample } from "../../bench/parts/samples.ts";
import { repeatText } from "../../support/corpora.ts";
import { Random } from "../../../tests/support/random.ts";
import { startShared } from "./shared_crew.ts";
import { distanceLoad, piLoad, sumLoad, tableLoad, wordsLoad, type Workload } from "./workloads.ts";

/** A work that is ready to run with some threads. */
export interface ReadyWork {
  /** Does the work; gives a function that says what is wrong with the answer, if anything. */
  run(): Promise<() => string | undefined>;
  close(): Promise<void>;
}

/** A row of the table. */
export interface EnergyRow {
  /** What the published measurements call such work. */
  category: "sequential" | "independent data" | "shared object" | "built-in";
  /**
   * @param scale Of the size of the work; 1 takes some 200 ms on one core.
   * @param text Which ends in a line feed.
   */
  open(threads: number, scale: number, text: Uint8Array<ArrayBuffer>): Promise<ReadyWork>;
}

const PIECES = 24;
const SEED = 42;
const WORDS = { tokenizer: "whitespace", case: "preserve" } as const;

/** Rows by their names, in the order of the table. */
export const ENERGY_ROWS = {
  "sequential kernel": byThreads("sequential", (scale) => piLoad(Math.ceil(2400 * scale), 1)),
  "words in chunks": byThreads(
    "independent data",
    (scale, text) => wordsLoad(repeatText(text, 6e6 * scale), PIECES),
  ),
  "π to 400, often": byThreads(
    "independent data",
    (scale) => piLoad(400, Math.ceil(4 * PIECES * scale)),
  ),
  "|x − 50|": byThreads("independent data", (scale) => distanceLoad(integers(4e6 * scale), PIECES)),
  "counter: own": byThreads("independent data", (scale) => sumLoad("sum", "", 2e8 * scale, PIECES)),
  "counter: fetch-add": byThreads(
    "shared object",
    (scale) => sumLoad("sumAdd", "", 2e7 * scale, PIECES),
  ),
  "counter: compare-exchange": byThreads(
    "shared object",
    (scale) => sumLoad("sumExchange", "", 1e7 * scale, PIECES),
  ),
  "counter: lock": byThreads(
    "shared object",
    (scale) => sumLoad("sumLock", "", 5e6 * scale, PIECES),
  ),
  "table: own, merged": byThreads(
    "independent data",
    (scale) => tableLoad("table", 1e8 * scale, PIECES),
  ),
  "table: one, lock": byThreads(
    "shared object",
    (scale) => tableLoad("tableLock", 5e6 * scale, PIECES),
  ),
  "built-in kernel": { category: "built-in", open: openEngine },
} satisfies Record<string, EnergyRow>;

/** The name of a row. */
export type EnergyRowName = keyof typeof ENERGY_ROWS;

/** A work over shared memory, by the threads that {@linkcode startShared} has. */
function byThreads(
  category: EnergyRow["category"],
  create: (scale: number, text: Uint8Array<ArrayBuffer>) => Workload,
): EnergyRow {
  return {
    category,
    async open(threads, scale, text) {
      const load = create(scale, text);
      const crew = await startShared(threads);
      return {
        async run() {
          const outputs = await crew.load(load.pieces)();
          return () => load.check(outputs, crew.takeShared!());
        },
        close: () => crew.close(),
      };
    },
  };
}

async function openEngine(
  threads: number,
  scale: number,
  text: Uint8Array<ArrayBuffer>,
): Promise<ReadyWork> {
  const copies = Math.ceil(100e6 * scale / text.length);
  const all = repeatText(text, copies * text.length); // which ends in a line feed, as the text does
  const { tokens, keys } = createSample(new TextDecoder().decode(text));
  const engine = await Engine.start({ workers: threads });
  await engine.ready();
  return {
    async run() {
      const { totals } = await engine.submit(all, WORDS).done;
      return () => {
        checkSample(totals, { text, tokens: tokens * copies, keys });
        return undefined;
      };
    },
    close: () => engine.close(),
  };
}

function integers(count: number): Int32Array<ArrayBuffer> {
  const random = new Random(SEED);
  return Int32Array.from({ length: count }, () => random.below(1000));
}
