import type { Random } from "./random.ts";

/** Bytes as a stream of pieces of one length. */
export function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  return cutStream(bytes, () => pieceBytes);
}

/** Bytes as a stream of pieces of random lengths, most of them short. */
export function randomlyCut(bytes: Uint8Array, random: Random): ReadableStream<Uint8Array> {
  return cutStream(bytes, () => random.between(1, 1 << random.below(18)));
}

function cutStream(bytes: Uint8Array, next: () => number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += next()));
    },
  }, { highWaterMark: 0 });
}

/** All bytes of a stream. */
export async function readBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(
    await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}

/** One after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
