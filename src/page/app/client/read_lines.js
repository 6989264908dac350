/**
 * The lines of an answer, as they come; each ends with a line feed.
 *
 * @param {Response} response
 */
export async function* readLines({ body }) {
  const decoder = new TextDecoder();
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = /** @type {string} */ (lines.pop());
      yield* lines;
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be lost
  }
}
