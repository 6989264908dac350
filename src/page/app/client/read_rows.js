import { call } from "./api.js";
import { readLines } from "./read_lines.js";

/** Most rows that are read of a result: of more, plots would look the same. */
export const MOST_ROWS = 100_000;

/**
 * The rows of a result with the largest counts, these first, as they come: none is kept here.
 *
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<import("./row_numbers.js").Row & { count: number }>}
 */
export async function* readRows(id, signal) {
  const path = `v1/jobs/${id}/result?order=count&top=${MOST_ROWS}&format=ndjson`;
  for await (const line of readLines(await call(path, { signal }))) yield JSON.parse(line);
}
