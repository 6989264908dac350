import { type Piece, WORKS } from "./works.ts";

/** Four 32-bit integers: the number of the work, first, last, bytes of the input. */
const HEADER_BYTES = 16;

/** A piece as bytes for a pipe; an answer is a piece with the output as its input. */
export function encodeFrame({ work, first, last, input }: Piece): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + input.length);
  new Int32Array(frame.buffer, 0, 4).set([WORKS.indexOf(work), first, last, input.length]);
  frame.set(input, HEADER_BYTES);
  return frame;
}

/** The pieces that come through a pipe. */
export async function* readFrames(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Piece> {
  let held = new Uint8Array();
  for await (const bytes of stream) {
    held = held.length === 0 ? bytes : concat(held, bytes);
    for (;;) {
      if (held.length < HEADER_BYTES) break;
      const [work, first, last, length] = new Int32Array(held.slice(0, HEADER_BYTES).buffer);
      if (held.length < HEADER_BYTES + length) break;
      const input = held.slice(HEADER_BYTES, HEADER_BYTES + length);
      held = held.subarray(HEADER_BYTES + length);
      yield { work: WORKS[work], first, last, input };
    }
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
