import { ComparedRecords } from "../../algebra/compared_records.ts";
import { Comparer } from "../../algebra/comparer.ts";
import { formOf } from "../../algebra/comparison_form.ts";
import type { Measure, Side } from "../../contract/compare_options.ts";
import {
  completeCountOptions,
  type CountOptions,
  type OutputOptions,
} from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { Engine } from "../../mod.ts";
import { sheetOptions } from "../../output/row_options.ts";
import { type Given, readApi, sayingFlags } from "../count/read_api.ts";
import { startEngine } from "../count/start_engine.ts";
import { askServer } from "../remote/ask_server.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import { readResults } from "./local_results.ts";
import { madeAnswers } from "./made_answers.ts";
import { COMPARE_SHOWN, keyParameters } from "./options.ts";
import { findResults } from "./remote_results.ts";
import { type AlgebraSettings, readAlgebra } from "./settings.ts";
import { type Answers, writeAnswer } from "./write_answer.ts";

/** What of a comparison is shown. */
interface Shown {
  measure: Measure;
  in: Side;
  top: number;
  prefix: string;
}

/** What a command line asks for. */
interface Asked extends AlgebraSettings {
  words: readonly string[];
  /** What was said of the keys. */
  keys: Partial<CountOptions>;
  shown: Partial<Shown & Pick<OutputOptions, "csvBom" | "csvSafe">>;
}

/** `millrace compare`. */
export async function runCompare(words: readonly string[], given: Given): Promise<void> {
  const settings = readAlgebra(given);
  const table = keyParameters(true);
  const keys = sayingFlags(() => readApi(given, table), table) as Partial<CountOptions>;
  const shown = sayingFlags(() => readApi(given, COMPARE_SHOWN), COMPARE_SHOWN) as Asked["shown"];
  if (words.every((word) => word === "-")) {
    throw usageError("Cannot read stdin twice: one of the two has to be a file");
  }
  const asked = { ...settings, words, keys, shown };
  await (asked.server === undefined ? compareHere(asked) : compareThere(asked, asked.server));
}

async function compareHere(asked: Asked): Promise<void> {
  const { words, from, keys, shown, workers, memoryBytes, ...target } = asked;
  const resources = { workers, memoryBytes };
  await using engine = await startEngine(resources, resources);
  const options = settleOptions(completeCountOptions(keys), false);
  const make = async () => {
    const inputs = await readResults(engine, words, { from, options });
    try {
      requireCounts(inputs.map(({ result }) => result.totals.counted), words);
      return await answersOf(engine, inputs, shown);
    } finally {
      for (const { result } of inputs) result.segment.close();
    }
  };
  await writeAnswer(target, make, () => engine.abandon());
}

/** Nothing has a share of nothing. */
function requireCounts(sums: readonly (number | undefined)[], names: readonly string[]): void {
  const empty = sums.indexOf(0);
  if (empty < 0) return;
  throw new CommandError(`Cannot compare '${names[empty]}': there is nothing to count in it`);
}

async function answersOf(
  engine: Engine,
  [a, b]: Awaited<ReturnType<typeof readResults>>,
  { measure = "g2", in: side = "any", top = COMPARE_SHOWN.top.default, ...rest }: Asked["shown"],
): Promise<Answers> {
  const comparison = { measure, side };
  const { segment, sizes } = await new Comparer(engine).compare(a, b, comparison, {});
  return madeAnswers(engine, {
    of: a,
    segment,
    open: (compared) => new ComparedRecords(compared),
    form: formOf(a, b, sizes, comparison),
    shown: { top, ...rest },
  });
}

async function compareThere(asked: Asked, server: string): Promise<void> {
  const { words, from, keys, shown: { csvBom, csvSafe, ...shown }, apiKeyFile, ...target } = asked;
  await askServer({ server, apiKeyFile }, async (millrace) => {
    const make = async (): Promise<Answers> => {
      const [a, b] = await findResults(millrace, words, { from, mayBeText: true, said: keys });
      return {
        async blocks(format) {
          const request = { ...shown, ...sheetOptions({ csvBom, csvSafe }, format), format };
          return (await millrace.results.downloadComparison(a, b, request)).body ?? [];
        },
      };
    };
    await writeAnswer(target, make);
  });
}
