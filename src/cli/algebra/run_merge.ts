import { Grouper } from "../../algebra/grouper.ts";
import type { Job, ResultDownloadRequest } from "../../client/mod.ts";
import {
  completeCountOptions,
  type CountOptions,
  DEFAULT_OUTPUT_OPTIONS,
  type OutputOptions,
} from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import type { Engine } from "../../mod.ts";
import { closing, closingSegment } from "../../output/closing.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import { checkRank, createRowStyle, sheetOptions } from "../../output/row_options.ts";
import { Selection } from "../../output/selection.ts";
import { uniqBlocks } from "../../output/uniq.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { recordsOf } from "../count/document_records.ts";
import { documentOf } from "../count/local_answer.ts";
import { groupOnServer, readLemmas } from "./lemma_file.ts";
import { flagOf } from "../count/flags.ts";
import { type Given, readApi, sayingFlags } from "../count/read_api.ts";
import { startEngine } from "../count/start_engine.ts";
import { askServer } from "../remote/ask_server.ts";
import { usageError } from "../terminal/explain.ts";
import { say } from "../terminal/say.ts";
import { mergeInputs } from "./merged_inputs.ts";
import { keyParameters, MERGE_SHOWN } from "./options.ts";
import { findResults } from "./remote_results.ts";
import { type AlgebraSettings, readAlgebra } from "./settings.ts";
import { type Answers, writeAnswer } from "./write_answer.ts";

type Shown = Pick<CountOptions, "top" | "min" | "max" | "prefix" | "order" | "group">;
type Rows = Pick<OutputOptions, "columns" | "csvBom" | "csvSafe">;

/** What a command line asks for. */
interface Asked extends AlgebraSettings {
  words: readonly string[];
  weights?: number[];
  /** What was said of the keys, and of what is shown. */
  keys: Partial<CountOptions>;
  shown: Partial<Shown & Rows>;
}

/** `millrace merge`. */
export async function runMerge(words: readonly string[], given: Given): Promise<void> {
  const asked = readAsked(words, given);
  await (asked.server === undefined ? mergeHere(asked) : mergeThere(asked, asked.server));
}

function readAsked(words: readonly string[], given: Given): Asked {
  const settings = readAlgebra(given);
  const table = keyParameters(false);
  const keys = sayingFlags(() => readApi(given, table), table) as Partial<CountOptions>;
  const shown = sayingFlags(() => readApi(given, MERGE_SHOWN), MERGE_SHOWN) as Asked["shown"];
  sayingFlags(() => checkRank(shown, { order: shown.order ?? "count" }));
  if (words.filter((word) => word === "-").length > 1) {
    throw usageError("Cannot read stdin twice: '-' stands there more than once");
  }
  const cut = (["columns", "min", "max", "prefix"] as const).find((name) =>
    shown[name] !== undefined
  );
  if (settings.form === "uniq" && cut !== undefined) {
    const what = "uniq has the counts and keys of all, or of the first with --top";
    throw usageError(`Cannot use ${flagOf(cut)}: ${what}`);
  }
  const weights = readWeights(given.weights as string | undefined, words.length);
  return { ...settings, words, weights, keys: { case: "preserve", ...keys }, shown };
}

function readWeights(text: string | undefined, results: number): number[] | undefined {
  if (text === undefined) return undefined;
  const weights = text.split(",").map((word) => /^[0-9]+$/.test(word.trim()) ? Number(word) : NaN);
  const odd = weights.findIndex((weight) => !Number.isSafeInteger(weight) || weight < 1);
  if (odd >= 0) {
    const word = text.split(",")[odd];
    const most = Number.MAX_SAFE_INTEGER;
    throw usageError(`Cannot read --weights: '${word}' is not an integer from 1 to ${most}`);
  }
  if (weights.length === results) return weights;
  throw usageError(`Cannot use --weights: it has ${weights.length} numbers for ${results} results`);
}

async function mergeHere(asked: Asked): Promise<void> {
  const { words, weights, from, keys, shown, workers, memoryBytes, ...target } = asked;
  const resources = { workers, memoryBytes };
  await using engine = await startEngine(resources, resources);
  const options = settleOptions(completeCountOptions({ ...keys, ...countOf(shown) }), false);
  const make = async () => {
    const merged = await mergeInputs(engine, words, { from, weights, options });
    return answersOf(await inGroups(engine, merged, options), options, engine, shown);
  };
  await writeAnswer(target, make, () => engine.abandon());
}

/** A merge as it is shown. */
async function inGroups(
  engine: Engine,
  merged: KeptResult,
  { group }: CountOptions,
): Promise<JobResult> {
  if (group === "") return merged.result;
  const grouper = new Grouper(engine, { result: (path) => readLemmas(engine, path) });
  return (await grouper.group(merged, group, {})).result;
}

function countOf({ columns: _, csvBom: __, csvSafe: ___, ...count }: Asked["shown"]) {
  return count;
}

function answersOf(
  result: JobResult,
  options: CountOptions,
  engine: Engine,
  shown: Partial<Rows>,
): Answers {
  const { top, min, max, order } = options;
  const prefix = engine.toKey(options.prefix, options);
  return {
    async blocks(format) {
      const style = createRowStyle({ ...DEFAULT_OUTPUT_OPTIONS, ...shown, format }, result);
      const selection = new Selection(result.segment.records(), { top, min, max, order, prefix });
      const parts = { options: JSON.stringify(options), style };
      return closingSegment(await resultBlocks(format, result, selection, parts), result);
    },
    uniq() {
      const blocks = uniqBlocks(result.segment.records(), { top, fallingTies: order !== "key" });
      return closing(blocks, () => result.segment.close());
    },
  };
}

async function mergeThere(asked: Asked, server: string): Promise<void> {
  const { words, weights, from, keys, shown, apiKeyFile, ...target } = asked;
  await askServer({ server, apiKeyFile }, async (millrace) => {
    const make = async () => {
      const jobs = await findResults(millrace, words, { from, mayBeText: false, said: keys });
      const job = await millrace.results.merge(jobs, { weights });
      if (!target.isQuiet) say(`The server keeps it: millrace jobs result ${job.id}`);
      const group = shown.group && await groupOnServer(millrace, shown.group);
      return answersOfJob(job, { ...shown, group });
    };
    await writeAnswer(target, make);
  });
}

function answersOfJob(job: Job, { csvBom, csvSafe, ...shown }: Asked["shown"]): Answers {
  const open = async (request: ResultDownloadRequest) => (await job.download(request)).body ?? [];
  return {
    blocks(format) {
      return open({ ...shown, ...sheetOptions({ csvBom, csvSafe }, format), format });
    },
    async uniq() {
      const { top = MERGE_SHOWN.top.default, order, group } = shown;
      const blocks = await open({ top: 0, order, group, format: "json" });
      const records = recordsOf(await documentOf({ blocks }));
      return uniqBlocks(records, { top, fallingTies: order !== "key" });
    },
  };
}
