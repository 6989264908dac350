import type { ModuleShape } from "./module_shape.ts";
import type { WalkedBody } from "./walk_body.ts";

/** A function needs no poll at its entry if it runs fewer instructions until it polls or returns. */
export const SHORT_INSTRUCTIONS = 64;
/** Functions that call such functions in more levels than this poll. */
const MOST_LEVELS = 8;
/** Imports that never return. */
const ENDS = ["env.abort", "millrace.fail"];

/** Adds polls at the entries of all functions but short ones that only the module itself calls. */
export function pollEntries(shape: ModuleShape, bodies: readonly WalkedBody[]): void {
  const imported = shape.imports.length;
  const weights = weigh(shape, bodies);
  bodies.forEach(({ entry, polls }, i) => {
    if (weights[imported + i] === POLLS && polls[0] !== entry) polls.unshift(entry);
  });
}

/** Of a function that polls at its entry, so of all that it calls nothing counts for its callers. */
const POLLS = 0;
/** Of a function that is not weighed yet. */
const OPEN = -1;

/**
 * How many instructions each function that does not poll at its entry runs at most before it polls or
 * returns, with those of others that it calls; POLLS for all others.
 */
function weigh(shape: ModuleShape, bodies: readonly WalkedBody[]): number[] {
  const imported = shape.imports.length;
  const isPossible = selectPossible(shape);
  const weights: number[] = new Array(imported).fill(POLLS);
  for (const [i, body] of bodies.entries()) {
    weights.push(isPossible(body, imported + i) ? OPEN : POLLS);
  }
  let open = [...weights.keys()].filter((i) => weights[i] === OPEN);
  for (let level = 0; level < MOST_LEVELS; level++) {
    open = open.filter((i) => {
      const { instructions, calls } = bodies[i - imported];
      if (calls.some((index) => weights[index] === OPEN)) return true;
      const weight = calls.reduce((sum, index) => sum + weights[index], instructions);
      weights[i] = weight < SHORT_INSTRUCTIONS ? weight : POLLS;
      return false;
    });
  }
  for (const i of open) weights[i] = POLLS; // among them those that call each other in a circle
  return weights;
}

/** Tells whether a function may go without a poll, by what it is itself. */
function selectPossible({ imports, exports, startFunction }: ModuleShape) {
  const ofHost = new Set([startFunction]);
  for (const { kind, index } of exports) if (kind === "function") ofHost.add(index);
  const returns = imports.map(({ module, name }) => !ENDS.includes(`${module}.${name}`));
  return ({ instructions, calls, callsIndirectly }: WalkedBody, index: number): boolean =>
    instructions < SHORT_INSTRUCTIONS && !callsIndirectly && !ofHost.has(index) &&
    !calls.some((callee) => returns[callee]);
}
