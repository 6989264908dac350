import type { ByteReader } from "./byte_reader.ts";
import type { CheckedFunction } from "./check_polls.ts";
import { SHORT } from "./check_silent.ts";

/** Instructions that run at most above a function when it returns, until a poll. */
const MOST_ABOVE = 1_000_000;

/**
 * Proves that functions do not recurse by direct calls without a poll behind them, so that a stack
 * unwinds through each function once at most until a poll, and that this is not too much: takes
 * away functions that no other one calls so, again and again, until none is left (Kahn's
 * topological sort).
 */
export function checkUnwinding(
  reader: ByteReader,
  imported: number,
  bodies: readonly CheckedFunction[],
): void {
  const calls = new Uint32Array(bodies.length);
  for (const { offset, unpolled } of bodies) {
    for (const callee of unpolled) {
      reader.need(callee < imported + bodies.length, "a call of no function", offset);
      if (callee >= imported) calls[callee - imported]++;
    }
  }
  const uncalled = [...calls.keys()].filter((i) => calls[i] === 0);
  const above = new Float64Array(bodies.length);
  for (let i = uncalled.pop(); i !== undefined; i = uncalled.pop()) {
    const { offset, instructions, callees, unpolled } = bodies[i];
    const sum = above[i] + instructions + SHORT * callees.length;
    for (const index of unpolled) {
      if (index < imported) continue;
      reader.need(sum <= MOST_ABOVE, "too much runs without a poll behind calls", offset);
      const callee = index - imported;
      above[callee] = Math.max(above[callee], sum);
      if (--calls[callee] === 0) uncalled.push(callee);
    }
  }
  const left = calls.findIndex((count) => count > 0);
  if (left >= 0) reader.fail("functions recurse without a poll behind a call", bodies[left].offset);
}
