import type { ResultDocument } from "../../contract/documents.ts";
import { type RecordCursor, Segment } from "../../reduce/segment.ts";
import { requireUniq } from "./counter.ts";

/** The rows of a document as records. @throws {CommandError} As `requireUniq`. */
export function recordsOf(document: ResultDocument): RecordCursor {
  requireUniq(document);
  const rows = document.counts.map((row): [string, number] => [row.key, row.count!]);
  return Segment.from(rows).records();
}
