import type { ResultDocument } from "../../contract/documents.ts";
import type { KernelChoice } from "../../contract/kernel_manifest.ts";
import type { CountOptions, Format } from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { closingSegment } from "../../output/closing.ts";
import { countRows, selectRows } from "../../output/direct_rows.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import { createRowStyle } from "../../output/row_options.ts";
import { withDigits } from "../terminal/digits.ts";
import type { Answer, Seen } from "./counter.ts";
import { asOneText, textOf } from "./one_text.ts";
import type { CountSettings } from "./settings.ts";

/** A result in one of the API's forms, as a server answers with it. */
export async function answerOf(
  result: JobResult,
  { count, rows }: Pick<CountSettings, "count" | "rows">,
  format: Format,
  kernel?: KernelChoice,
): Promise<Answer> {
  const settled = settleOptions(count, kernel !== undefined);
  const options = JSON.stringify({ ...count, case: settled.case, kernel });
  const parts = { options, style: createRowStyle({ ...rows, format }, result) };
  const blocks = await resultBlocks(format, result, selectRows(result, count), parts);
  return { blocks: closingSegment(blocks, result), seen: await seenOf(result, count) };
}

/** The JSON of an answer. @throws {CommandError} If its keys are longer than a string may be. */
export async function documentOf({ blocks }: Pick<Answer, "blocks">): Promise<ResultDocument> {
  return await asOneText(async () => JSON.parse(await textOf(blocks), withDigits));
}

/** What the last line tells of a result: it walks the keys that are left of it. */
export async function seenOf(result: JobResult, count: CountOptions): Promise<Seen> {
  const { totals: { keys, counted: sum, bytes }, segment, values, approx, records: told } = result;
  const counted = values === undefined ? sum : undefined; // values have no sum
  const seen = { keys, counted, bytes, approx, records: told };
  const shown = await countRows(result, count) ?? keys;
  if (shown === keys) return { ...seen, shown: { keys, counted } };
  if (values !== undefined || segment.keys !== shown) {
    return { ...seen, shown: { keys: shown } };
  }
  let sumShown = 0;
  const records = segment.records();
  while (records.next()) sumShown += records.count;
  return { ...seen, shown: { keys: shown, counted: sumShown } };
}
