import { readTexts } from "./read_texts.js";

/**
 * The lines of an answer, as they come; each ends with a line feed.
 *
 * @param {Response} response
 */
export async function* readLines(response) {
  let rest = "";
  for await (const text of readTexts(response)) {
    const lines = (rest + text).split("\n");
    rest = /** @type {string} */ (lines.pop());
    yield* lines;
  }
}
