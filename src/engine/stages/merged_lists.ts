import { INPUT_CAPACITY, PAGE_BYTES } from "../../../assembly/layout.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { EngineContext } from "../engine_context.ts";
import type { OrderedLists } from "../record_input.ts";
import type { RecordTerms } from "../job/encode_terms.ts";
import { RecordText } from "./record_text.ts";

/** Keys of a list whose table fits no core's cache, so that each further record would miss it. */
const MANY_KEYS = 1 << 18;

/** Of more lists, a merge costs more for each record than a table in which most are already. */
const MOST_LISTS = 32;

/** What lists hold beside their keys: counts, as a job has them that counts tokens. */
export const COUNTED: RecordTerms = { output: "keys" };

/**
 * Whether lists are put together on disk by a merge of what stands in order already, and not by a table
 * that each record is looked up in. A merge costs a third to a sixth as much for a few lists of many
 * keys, and takes as many windows of memory as there are lists; a table that is larger than memory
 * would be written to disk and merged in the end. A thread opens the files of all lists at once. Parts
 * of the answer, of which no two have a key in common, are never looked up where they are many.
 */
export function areMerged(
  { segments: lists, areParts = false }: OrderedLists,
  { spill, jobRoom }: Pick<EngineContext, "spill" | "jobRoom">,
): boolean {
  if (!spill) return false;
  if (areParts) {
    const keys = lists.reduce((sum, { keys }) => sum + keys, 0);
    return keys >= MANY_KEYS && lists.length <= INPUT_CAPACITY;
  }
  if (!lists.some(({ keys }) => keys >= MANY_KEYS)) return false;
  const bytes = lists.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const wouldSpill = bytes > jobRoom.pageLimit * PAGE_BYTES && lists.length <= INPUT_CAPACITY;
  return lists.length <= MOST_LISTS || wouldSpill;
}

/** A text without a record: the job has lists. */
export class NoText extends RecordText {
  readonly isKeys = false;

  async *chunks(): AsyncGenerator<Chunk> {}
}
