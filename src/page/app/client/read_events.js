import { createParser } from "eventsource-parser";
import { readTexts } from "./read_texts.js";

/**
 * The events of an answer, as they come.
 *
 * @param {Response} response
 */
export async function* readEvents(response) {
  /** @type {import("eventsource-parser").EventSourceMessage[]} */
  const events = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for await (const text of readTexts(response)) {
    parser.feed(text);
    yield* events.splice(0);
  }
}
