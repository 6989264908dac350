import { formOfPairs } from "../../algebra/collocation_form.ts";
import { CollocationRecords, Collocator, type Scoring } from "../../algebra/collocator.ts";
import { Merger } from "../../algebra/merger.ts";
import type { Millrace } from "../../client/mod.ts";
import {
  completeCountOptions,
  type CountOptions,
  type OutputOptions,
} from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { Engine } from "../../mod.ts";
import { sheetOptions } from "../../output/row_options.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { type Given, readApi, sayingFlags } from "../count/read_api.ts";
import { startEngine } from "../count/start_engine.ts";
import { askServer } from "../remote/ask_server.ts";
import { usageError } from "../terminal/explain.ts";
import { readResults } from "./local_results.ts";
import { madeAnswers } from "./made_answers.ts";
import { COLLOCATIONS_SHOWN, PAIR_KEYS } from "./options.ts";
import { findResults } from "./remote_results.ts";
import { type AlgebraSettings, readAlgebra } from "./settings.ts";
import { type Answers, writeAnswer } from "./write_answer.ts";

/** What of scored pairs is shown. */
type Shown =
  & Partial<Scoring & Pick<CountOptions, "top" | "prefix">>
  & Partial<Pick<OutputOptions, "csvBom" | "csvSafe">>;

/** What a command line asks for. */
interface Asked extends AlgebraSettings {
  words: readonly string[];
  /** What was said of the keys, which are pairs. */
  keys: Partial<CountOptions>;
  shown: Shown;
}

/** `millrace collocations`. */
export async function runCollocations(words: readonly string[], given: Given): Promise<void> {
  const settings = readAlgebra(given);
  const said = sayingFlags(() => readApi(given, PAIR_KEYS), PAIR_KEYS);
  const shown = sayingFlags(() => readApi(given, COLLOCATIONS_SHOWN), COLLOCATIONS_SHOWN) as Shown;
  if (words.filter((word) => word === "-").length > 1) {
    throw usageError("Cannot read stdin twice: '-' stands there more than once");
  }
  const asked = { ...settings, words, keys: { ...said, n: 2 }, shown };
  await (asked.server === undefined ? scoreHere(asked) : scoreThere(asked, asked.server));
}

async function scoreHere(asked: Asked): Promise<void> {
  const { words, from, keys, shown, workers, memoryBytes, ...target } = asked;
  const resources = { workers, memoryBytes };
  await using engine = await startEngine(resources, resources);
  const options = settleOptions(completeCountOptions(keys), false);
  const make = async () => {
    const inputs = await readResults(engine, words, { from, options });
    const of = await joinHere(engine, inputs);
    try {
      return await answersOf(engine, of, shown);
    } finally {
      of.result.segment.close();
    }
  };
  await writeAnswer(target, make, () => engine.abandon());
}

/** Several results as one: pairs are of one text each. */
async function joinHere(engine: Engine, inputs: readonly KeptResult[]): Promise<KeptResult> {
  const [{ record, result }] = inputs;
  if (inputs.length === 1) return { record, result };
  const merger = new Merger(engine, { result: (id) => Promise.resolve(inputs[Number(id)]) });
  const jobs = inputs.map((_, i) => String(i));
  const { job } = await merger.begin({ jobs }, { tenant: undefined });
  return { record, result: await job.done };
}

async function answersOf(engine: Engine, of: KeptResult, asked: Shown): Promise<Answers> {
  const { score: byScore, min: least, top: most } = COLLOCATIONS_SHOWN;
  const { score = byScore.default, min = least.default, top = most.default, ...rest } = asked;
  const segment = await new Collocator(engine).score(of, { score, min }, {});
  return madeAnswers(engine, {
    of,
    segment,
    open: (scored) => new CollocationRecords(scored),
    form: formOfPairs(of, { score, min }),
    shown: { top, ...rest },
  });
}

async function scoreThere(asked: Asked, server: string): Promise<void> {
  const { words, from, keys, shown: { csvBom, csvSafe, ...shown }, apiKeyFile, ...target } = asked;
  await askServer({ server, apiKeyFile }, async (millrace) => {
    const make = async (): Promise<Answers> => {
      const jobs = await findResults(millrace, words, { from, mayBeText: true, said: keys });
      const job = await joinThere(millrace, jobs);
      return {
        async blocks(format) {
          const request = { ...shown, ...sheetOptions({ csvBom, csvSafe }, format), format };
          return (await millrace.results.downloadCollocations(job, request)).body ?? [];
        },
      };
    };
    await writeAnswer(target, make);
  });
}

async function joinThere(millrace: Millrace, jobs: readonly string[]): Promise<string> {
  if (jobs.length === 1) return jobs[0];
  const job = await millrace.results.merge(jobs);
  await job.done;
  return job.id;
}
