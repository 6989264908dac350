import type { ResultDocument } from "../../contract/documents.ts";
import type { Format } from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { closingSegment } from "../../output/closing.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import { openResultRecords } from "../../output/result_records.ts";
import { createRowStyle } from "../../output/row_options.ts";
import { Selection } from "../../output/selection.ts";
import type { Answer, Seen } from "./counter.ts";
import { asOneText } from "./one_text.ts";
import type { CountSettings } from "./settings.ts";

/** A result in one of the API's forms, as a server answers with it. */
export async function answerOf(
  result: JobResult,
  { count, rows }: Pick<CountSettings, "count" | "rows">,
  format: Format,
): Promise<Answer> {
  const options = JSON.stringify({ ...count, case: settleOptions(count, false).case });
  const parts = { options, style: createRowStyle({ ...rows, format }, result) };
  const blocks = await resultBlocks(format, result, selectAll(result), parts);
  return { blocks: closingSegment(blocks, result), seen: seenOf(result) };
}

/** The JSON of an answer. @throws {CommandError} If its keys are longer than a string may be. */
export async function documentOf({ blocks }: Pick<Answer, "blocks">): Promise<ResultDocument> {
  const decoder = new TextDecoder();
  return await asOneText(async () => {
    let text = "";
    for await (const block of blocks) text += decoder.decode(block, { stream: true });
    return JSON.parse(text);
  });
}

/** What the last line tells of a result: it walks the keys that are left of it. */
export function seenOf({ totals: { keys, counted, bytes }, segment }: JobResult): Seen {
  if (segment.keys === keys) return { keys, counted, bytes, shown: { keys, counted } };
  let sum = 0;
  const records = segment.records();
  while (records.next()) sum += records.count;
  return { keys, counted, bytes, shown: { keys: segment.keys, counted: sum } };
}

/** The engine has applied `top`, `min` and `prefix` already. */
function selectAll({ segment, values }: JobResult): Selection {
  return new Selection(openResultRecords(segment, values), { top: 0, min: 0, order: "count" });
}
