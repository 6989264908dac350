import type { ComparisonForm } from "../../algebra/comparison_form.ts";
import { DEFAULT_OUTPUT_OPTIONS, type OutputOptions } from "../../contract/options.ts";
import type { Engine } from "../../mod.ts";
import { closingSegment } from "../../output/closing.ts";
import { resultBlocks } from "../../output/result_blocks.ts";
import { createRowStyle } from "../../output/row_options.ts";
import { Selection } from "../../output/selection.ts";
import type { RecordCursor, Segment } from "../../reduce/segment.ts";
import type { KeptResult } from "../../store/job_record.ts";
import type { Answers } from "./write_answer.ts";

/** Rows that are made of results. */
interface Made {
  /** The result in whose place they stand. */
  of: KeptResult;
  /** Is closed when an answer is written. */
  segment: Segment;
  open(segment: Segment): RecordCursor;
  form: ComparisonForm;
  /** What of them is shown. */
  shown: { top: number; prefix?: string } & Partial<Pick<OutputOptions, "csvBom" | "csvSafe">>;
}

/** Writes rows that were made here as a server writes them, the largest number first. */
export function madeAnswers(
  engine: Engine,
  { of, segment, open, form, shown: { top, prefix = "", ...rest } }: Made,
): Answers {
  const cut = {
    top,
    min: 0,
    order: "value",
    prefix: engine.toKey(prefix, of.record.options),
  } as const;
  const result = { ...of.result, segment, totals: { ...of.result.totals, keys: segment.keys } };
  return {
    async blocks(format) {
      const rows = { ...DEFAULT_OUTPUT_OPTIONS, ...rest, format };
      const style = { ...createRowStyle(rows, result), ...form.style };
      const selection = new Selection(open(segment), cut);
      const parts = { options: "", head: form.head, style };
      return closingSegment(await resultBlocks(format, result, selection, parts), result);
    },
  };
}
