import { createParser } from "eventsource-parser";

/**
 * The events of an answer, as they come.
 *
 * @param {Response} response
 */
export async function* readEvents({ body }) {
  /** @type {import("eventsource-parser").EventSourceMessage[]} */
  const events = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be lost
  }
}
