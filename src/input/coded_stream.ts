import type * as zlib from "node:zlib";
import { own } from "../async/own.ts";
import { ENDS_EARLY, invalidEncoding } from "./coding_errors.ts";
import { JobError } from "../contract/problems.ts";
import type { PeekReader } from "./peek_reader.ts";

/** What is used of the transforms of node:zlib, which share no type. */
export type Transform = zlib.Gunzip;

/**
 * Bytes of a slice, which is decoded at once. Slices are small for two reasons: only the slice of
 * an error is known, and Deno 2.5 recurses once for each block that a slice becomes.
 */
const SLICE_BYTES = 16 * 1024;

/** Bytes read and written between two turns of the event loop: less than a millisecond of work. */
const TURN_BYTES = 64 * 1024;

/** Gives the event loop a turn now and then, for work that never waits. */
export class Pace {
  #bytes = 0;

  /** Resolves at once, or after a turn when there was enough work since the last one. */
  async spend(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes < TURN_BYTES) return;
    this.#bytes = 0;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

/** How one compressed stream is fed and ends. */
export interface CodedStream {
  coding: string;
  transform: Transform;
  pace: Pace;
  /** How many bytes are waited for before some are fed, unless the input ends. @default {1} */
  least?(): number;
  /** How many of these bytes are fed next; all of them unless said. */
  part?(bytes: Uint8Array): number;
  /**
   * Called where the input has ended and the transform has taken all of it.
   *
   * @param write Gives the transform more.
   * @throws {JobError} If the stream is not over; only for transforms that do not tell.
   */
  atEnd?(write: (bytes: Uint8Array) => Promise<void>): void | Promise<void>;
  /** The offset to name for an error of the transform. @default {that of the failed slice} */
  offsetOf?(error: unknown): number | undefined;
}

/**
 * Decodes one stream, block by block, as its reader asks: however much a slice expands to, two
 * blocks of it exist at a time. The transforms of node:zlib run on the thread that calls them and
 * never give the event loop a turn (Deno 2.5 to 2.9), so this does.
 *
 * The stream's bytes are taken from `reader`, and none behind its end.
 *
 * @throws {JobError} `invalid_encoding`, and what `reader` throws.
 */
export async function* decodeStream(
  reader: PeekReader,
  stream: CodedStream,
): AsyncGenerator<Uint8Array, void, void> {
  const { coding, transform, pace, offsetOf } = stream;
  const start = reader.offset;
  const feeding = feed(reader, stream);
  own(feeding, (error) => transform.destroy(error as Error));
  try {
    for await (const block of transform as AsyncIterable<Uint8Array>) {
      yield block;
      await pace.spend(block.length);
    }
    await feeding;
  } catch (error) {
    if (error instanceof JobError) throw error;
    const offset = offsetOf?.(error) ?? start + transform.bytesWritten;
    throw invalidEncoding({ coding, offset, reason: describe(error), cause: error });
  } finally {
    transform.destroy();
  }
}

/** Gives the transform its input, one slice after the other, as far as it takes it. */
async function feed(
  reader: PeekReader,
  { transform, pace, least, part, atEnd }: CodedStream,
): Promise<void> {
  const write = createWrite(transform);
  for (;;) {
    const bytes = (await reader.peek(least?.())).subarray(0, SLICE_BYTES);
    if (bytes.length === 0) break;
    const slice = part ? bytes.subarray(0, part(bytes)) : bytes;
    const before = transform.bytesWritten;
    await write(slice);
    const taken = transform.bytesWritten - before;
    reader.skip(taken);
    if (taken < slice.length) return void transform.end();
    await pace.spend(taken);
  }
  await atEnd?.(write);
  transform.end();
}

/** Gives what resolves when the transform has taken some bytes, or takes none any more. */
function createWrite(transform: Transform): (bytes: Uint8Array) => Promise<void> {
  let release = () => {};
  transform.once("close", () => release());
  return (bytes) =>
    new Promise((resolve) => {
      release = resolve;
      transform.write(bytes, () => resolve());
    });
}

function describe(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (code === "Z_BUF_ERROR") return ENDS_EARLY;
  return code?.startsWith("Z_") ? "it is corrupt" : `it is corrupt (${message})`;
}
