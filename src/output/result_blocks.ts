import type { Format } from "../contract/options.ts";
import type { JobResult } from "../engine/job_contract.ts";
import type { OutputBlocks } from "./body.ts";
import { type DocumentParts, jsonBlocks } from "./json.ts";
import { lineBlocks } from "./lines.ts";
import type { Selection } from "./selection.ts";

/** A result in one of the five forms. Arrow's package is loaded when it is first asked for. */
export function resultBlocks(
  format: Format,
  result: JobResult,
  selection: Selection,
  parts: DocumentParts,
): OutputBlocks | Promise<OutputBlocks> {
  if (format === "json") return jsonBlocks(result, selection, parts);
  if (format !== "arrow") return lineBlocks(selection, format, false, parts.style);
  return import("./arrow.ts").then(({ arrowBlocks }) => arrowBlocks(selection, false, parts.style));
}
