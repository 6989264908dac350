import { createPullStream } from "../async/pull_stream.ts";

/** Looks at bytes that pass by; the promise, if there is one, holds the stream up. */
export type Tap = (bytes: Uint8Array) => Promise<void> | undefined;

/**
 * A stream that shows its bytes to `tap` on their way to the reader.
 *
 * The reader's buffers go down to the stream below and come back filled, so that a body of
 * `Deno.serve` is still read straight to its place. Nothing is copied or allocated here.
 *
 * @param tap What it throws fails the stream.
 */
export function tapStream(
  stream: ReadableStream<Uint8Array>,
  tap: Tap,
): ReadableStream<Uint8Array> {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch (error) {
    if (!(error instanceof TypeError) || stream.locked) throw error;
    return tapChunks(stream.getReader(), tap); // not a byte stream
  }
  let gone = false;
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 64 * 1024,
    async pull(controller) {
      const request = controller.byobRequest!;
      const { buffer, byteOffset, byteLength } = request.view!;
      const room = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
      const { value, done } = await reader.read(room);
      if (gone) return;
      const held = done ? controller.close() : tap(value);
      if (held) await held;
      // The buffer was given away, so it comes back in a view of its own; not after a cancel.
      if (value && !gone) request.respondWithNewView(value);
    },
    cancel(reason) {
      gone = true;
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

function tapChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  tap: Tap,
): ReadableStream<Uint8Array> {
  const next = async () => {
    const { value } = await reader.read();
    if (value) await tap(value);
    return value;
  };
  return createPullStream(next, (reason) => reader.cancel(reason));
}
