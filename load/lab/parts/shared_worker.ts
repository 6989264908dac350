/// <reference lib="deno.worker" />
import { createResult, type Task } from "../../../src/shared/task.ts";
import { performTasks } from "../../bench/parts/engine_loop.ts";
import type { SharedTable } from "./shared_counter.ts";
import { COUNTER, LOCK, pieceAddress, TABLE } from "./shared_places.ts";
import { perform, WORKS } from "./works.ts";

/** What starts a worker. */
export interface SharedStart {
  buffer: SharedArrayBuffer;
  /** Which of the workers this is. */
  place: number;
}

const outcome = createResult();

self.onmessage = ({ data: { buffer, place } }: MessageEvent<SharedStart>) => {
  const words = new Int32Array(buffer);
  const shared = { words, value: COUNTER >> 2, lock: LOCK >> 2, table: TABLE >> 2 };
  performTasks(words, place, (task) => {
    [outcome.edges, outcome.edgesBytes] = performTask(buffer, words, task, shared);
    return outcome;
  });
};

/** @returns Where the output stands, and its bytes: in place, or where the host has left room. */
function performTask(
  buffer: SharedArrayBuffer,
  words: Int32Array<SharedArrayBuffer>,
  { job, part, start, bytes }: Task,
  shared: SharedTable,
): [address: number, bytes: number] {
  const [first, last, room] = words.subarray(
    pieceAddress(part) >> 2,
    (pieceAddress(part) >> 2) + 3,
  );
  const input = new Uint8Array(buffer, start, bytes);
  const output = perform({ work: WORKS[job], first, last, input }, shared);
  if (output === input) return [start, bytes];
  new Uint8Array(buffer, room, output.length).set(output);
  return [room, output.length];
}
