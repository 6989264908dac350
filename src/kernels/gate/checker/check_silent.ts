import type { ByteReader } from "./byte_reader.ts";
import type { CheckedFunction } from "./check_polls.ts";

/** A function that does not poll at its entry runs fewer instructions than this until it polls. */
export const SHORT = 64;

/** All functions of a module, as far as their entries matter. */
export interface Entries {
  /** How many functions are imported, and which of these never return. */
  imported: number;
  ending: Set<number>;
  /** Those that the host calls. */
  hostCalls: Set<number>;
  /** The module's own, in order. */
  bodies: readonly CheckedFunction[];
}

/**
 * Proves that each function polls at its entry, or is called by the module alone and runs fewer
 * than SHORT instructions before it polls or returns, with those of silent functions that it calls.
 */
export function checkSilent(reader: ByteReader, entries: Entries): void {
  const { imported, ending, hostCalls, bodies } = entries;
  const spans = new Map<number, number>();
  /** Each level has a call at least, so a path of SHORT levels is too long, or a circle. */
  const spanOf = (
    index: number,
    { offset, instructions, callees, callsAny }: CheckedFunction,
    level: number,
  ) => {
    let span = spans.get(index) ?? instructions;
    if (!spans.has(index)) {
      const isBounded = level < SHORT && !callsAny && !hostCalls.has(index);
      reader.need(isBounded, MESSAGE, offset);
      for (const callee of callees) {
        reader.need(callee >= imported || ending.has(callee), MESSAGE, offset);
        const next = bodies[callee - imported];
        if (next && !next.pollsAtEntry) span += spanOf(callee, next, level + 1);
      }
      reader.need(span < SHORT, MESSAGE, offset);
      spans.set(index, span);
    }
    return span;
  };
  bodies.forEach((body, i) => {
    if (!body.pollsAtEntry) spanOf(imported + i, body, 0);
  });
}

const MESSAGE = "a function does not poll at its entry";
