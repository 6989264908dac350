import type { SharedValues, Workload } from "./workloads.ts";
import type { Piece } from "./works.ts";

/** Some workers of one mechanism. */
export interface Crew {
  /** The processes that the workers are, where they are no threads. */
  readonly pids: readonly number[];
  /** What the threads have counted together, which it sets to 0; none where nothing is shared. */
  takeShared?(): SharedValues;
  /**
   * Puts the pieces where the mechanism wants them: that is not what is timed.
   *
   * @returns Does the work, once, and gives what each piece came to.
   */
  load(pieces: readonly Piece[]): () => Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/** One worker that answers pieces in the order in which they come. */
export interface Lane {
  perform(piece: Piece): Promise<Uint8Array>;
}

/**
 * Milliseconds of a work.
 *
 * @throws {Error} If an answer is wrong.
 */
export async function timeLoad(
  crew: Crew,
  { name, pieces, check }: Workload,
  mechanism: string,
): Promise<number> {
  const run = crew.load(pieces);
  const started = performance.now();
  const outputs = await run();
  const ms = performance.now() - started;
  const wrong = check(outputs, crew.takeShared?.());
  if (wrong !== undefined) throw new Error(`Cannot time ${name} by ${mechanism}: ${wrong}`);
  return ms;
}

/** Pieces that a worker has at once: with the next one there, it need not wait for the host. */
export const PIECES_OUT = 2;

/** Has lanes work off pieces: who is done takes the next. */
export async function workOff(
  lanes: readonly Lane[],
  pieces: readonly Piece[],
): Promise<Uint8Array[]> {
  const outputs: Uint8Array[] = new Array(pieces.length);
  let next = 0;
  const drive = async (lane: Lane): Promise<void> => {
    while (next < pieces.length) {
      const part = next++;
      outputs[part] = await lane.perform(pieces[part]);
    }
  };
  await Promise.all(lanes.flatMap((lane) => Array.from({ length: PIECES_OUT }, () => drive(lane))));
  return outputs;
}

/** A piece with an input of its own. */
export function copyPiece(piece: Piece): Piece & { input: Uint8Array<ArrayBuffer> } {
  return { ...piece, input: Uint8Array.from(piece.input) };
}

/** Promises of answers that come in order. */
export class Pending<T> {
  readonly #waiting: PromiseWithResolvers<T>[] = [];

  next(): Promise<T> {
    const promise = Promise.withResolvers<T>();
    this.#waiting.push(promise);
    return promise.promise;
  }

  answer(value: T): void {
    this.#waiting.shift()!.resolve(value);
  }

  fail(error: Error): void {
    for (const each of this.#waiting.splice(0)) each.reject(error);
  }
}
