/**
 * The text of an answer, in pieces as they come. Whoever stops to read cancels the answer.
 *
 * @param {Response} response
 */
export async function* readTexts({ body }) {
  const decoder = new TextDecoder();
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be lost
  }
}
