import {
  APPROX_BOUND,
  APPROX_PURGES,
  APPROX_REGISTERS,
  APPROX_SKETCH,
} from "../../assembly/approx_layout.ts";
import { estimate, MOST_RANK } from "./hyperloglog.ts";
import type { SharedHeap } from "./shared_heap.ts";

/** What has left the tables of a job that counts approximately. */
export interface LeftKeys {
  /** How often a table was purged; 0 if nothing has left. */
  purges: number;
  /** The most by which the count of a key may be too low. */
  bound: number;
  /** About how many keys the job has seen; of no meaning where nothing has left. */
  keys: number;
  /** The sketch of these keys: the greatest rank of each of its registers. */
  registers: Uint8Array;
}

/** Reads the page of `assembly/approx_layout.ts`, once no thread writes to it. */
export function readApproxPage({ words, bytes }: SharedHeap, page: number): LeftKeys {
  const at = (offset: number) => words[(page + offset) >>> 2] >>> 0;
  const start = page + APPROX_SKETCH;
  const registers = bytes.slice(start, start + APPROX_REGISTERS);
  return {
    purges: at(APPROX_PURGES),
    bound: at(APPROX_BOUND) + at(APPROX_BOUND + 4) * 2 ** 32,
    keys: estimateKeys(registers),
    registers,
  };
}

/** About how many keys a sketch has seen. */
export function estimateKeys(registers: Uint8Array): number {
  const ranks = new Uint16Array(MOST_RANK + 1);
  for (const rank of registers) ranks[rank]++;
  return Math.round(estimate(ranks));
}

/** The sketch of what any of several has seen. */
export function uniteSketches(sketches: readonly Uint8Array[]): Uint8Array {
  const united = new Uint8Array(APPROX_REGISTERS);
  for (const sketch of sketches) {
    sketch.forEach((rank, register) => united[register] = Math.max(united[register], rank));
  }
  return united;
}
