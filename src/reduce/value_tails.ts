import { STATS_BYTES } from "../../assembly/number_layout.ts";
import type { ResultValues } from "../contract/documents.ts";
import { areWide } from "../contract/result_values.ts";

const WORD_BYTES = 8;

/**
 * Bytes behind each key of a segment that are a part of its value, as if they belonged to the key; see
 * assembly/reduce/segment_record.ts.
 *
 * @param values What the segment holds; undefined for counts.
 */
export function tailBytesOf(values: ResultValues | undefined): number {
  if (values?.op === "stats") return STATS_BYTES - WORD_BYTES;
  return areWide(values) ? WORD_BYTES : 0;
}
