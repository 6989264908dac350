import { pause } from "./waits.ts";

const encoder = new TextEncoder();

/** A body that sends `pieces` and then waits for `gate`. */
export function gatedStream(pieces: string[], gate: Promise<void>): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    async pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) return controller.enqueue(encoder.encode(piece));
      await gate;
      controller.close();
    },
  }, { highWaterMark: 0 });
}

/** Bytes of a chunk in engines that run many jobs which stall. */
export const STALLING_CHUNK_BYTES = 60_000;

/** A body that stalls when a chunk of it is here: its job runs, and never ends by itself. */
export function stalling(): ReadableStream<Uint8Array> {
  return gatedStream(["a ".repeat(STALLING_CHUNK_BYTES)], new Promise(() => {}));
}

/** A body that never ends, and lets others run between its pieces. */
export function endless(piece = encoder.encode("some words here ".repeat(4096))) {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await pause(0);
      controller.enqueue(piece);
    },
  }, { highWaterMark: 0 });
}
