import { refuse } from "./cursor.ts";
import { SHORT_INSTRUCTIONS } from "./entry_polls.ts";
import type { GateLimits } from "./limits.ts";
import type { ModuleShape } from "./module_shape.ts";
import { tooManyCopies, type WalkedBody } from "./walk_body.ts";

/** A stack that unwinds runs at most so many instructions from one poll to the next. */
const MOST_UNWOUND = 1_000_000;

/**
 * Adds polls behind all direct calls that may recurse: else a deep recursion would run on while it
 * unwinds. A chain of calls without recursion gets some where it may hold too much work. Behind
 * calls by the table they stand already.
 *
 * @throws {JobError} `kernel_refused`, where so many polls take the engine too long to compile.
 */
export function pollReturns(
  { imports }: ModuleShape,
  bodies: readonly WalkedBody[],
  { stateCopies }: GateLimits,
): void {
  const imported = imports.length;
  const cycles = findCycles([...imports.map(() => []), ...bodies.map(({ calls }) => calls)]);
  /** What runs above each function at most, when it returns, until a poll. */
  const above = new Float64Array(cycles.length);
  const callersFirst = [...cycles.keys()].slice(imported).sort((a, b) => cycles[b] - cycles[a]);
  for (const index of callersFirst) {
    const body = bodies[index - imported];
    const { instructions, calls, callEnds, callStates } = body;
    const unwound = above[index] + instructions + SHORT_INSTRUCTIONS * calls.length;
    const polls = new Set(body.polls);
    let copies = body.stateCopies;
    calls.forEach((callee, call) => {
      const end = callEnds[call];
      if (callee < imported || polls.has(end)) return;
      if (cycles[callee] !== cycles[index] && unwound <= MOST_UNWOUND) {
        above[callee] = Math.max(above[callee], unwound);
        return;
      }
      polls.add(end);
      copies += callStates[call];
      if (copies > stateCopies) {
        refuse(tooManyCopies(stateCopies), { offset: end, function: index });
      }
    });
    if (polls.size > body.polls.length) body.polls = [...polls].sort((a, b) => a - b);
  }
}

/** Not decided yet. */
const NONE = -1;

/**
 * Tells which functions call each other in circles: the strongly connected components of the graph
 * of direct calls, by Tarjan's algorithm, which looks at each call once. It does not recurse, since
 * the graph may be as deep as it has functions.
 *
 * @param callees What each function calls, by index.
 * @returns A number for each function. Two have the same if each may reach the other. Else the one
 *   that may reach the other has the higher number.
 */
export function findCycles(callees: readonly (readonly number[])[]): Int32Array {
  const order = new Int32Array(callees.length);
  const lowest = new Int32Array(callees.length);
  const nextCall = new Int32Array(callees.length);
  const cycles = new Int32Array(callees.length).fill(NONE);
  const path: number[] = [];
  const undecided: number[] = [];
  let reached = 0;
  let decided = 0;
  const enter = (index: number) => {
    order[index] = lowest[index] = ++reached;
    path.push(index);
    undecided.push(index);
  };
  const leave = (index: number) => {
    path.pop();
    const caller = path.at(-1);
    if (caller !== undefined) lowest[caller] = Math.min(lowest[caller], lowest[index]);
    if (lowest[index] !== order[index]) return;
    while (cycles[index] === NONE) cycles[undecided.pop()!] = decided;
    decided++;
  };
  for (let root = 0; root < callees.length; root++) {
    if (order[root] === 0) enter(root);
    while (path.length > 0) {
      const index = path.at(-1)!;
      const callee = callees[index][nextCall[index]++];
      if (callee === undefined) leave(index);
      else if (order[callee] === 0) enter(callee);
      else if (cycles[callee] === NONE) lowest[index] = Math.min(lowest[index], order[callee]);
    }
  }
  return cycles;
}
