/// <reference lib="deno.worker" />
import { CONTENTION_WAYS } from "./contention_ways.ts";

/** What a thread is to count. */
export interface ContentionTask {
  /** The counters, all 0. */
  buffer: SharedArrayBuffer;
  /** A word that is 1 when all threads begin. */
  gate: SharedArrayBuffer;
  /** Which of the ways. */
  way: number;
  operations: number;
  thread: number;
}

self.onmessage = ({ data }: MessageEvent<ContentionTask>) => {
  const { buffer, gate, way, operations, thread } = data;
  const words = new Int32Array(buffer);
  self.postMessage("armed");
  Atomics.wait(new Int32Array(gate), 0, 0);
  CONTENTION_WAYS[way].count(words, operations, thread);
  self.postMessage("done");
};
