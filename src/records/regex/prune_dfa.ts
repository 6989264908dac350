import type { Dfa, DfaEntry, DfaState } from "./build_dfa.ts";
import { OPS_MATCH } from "../../../assembly/regex_layout.ts";

/**
 * Takes out states that lead to no match: what is left of an expression that begins with `^`, behind
 * the text's start, would be walked to the text's end.
 */
export function pruneDfa({ states, start, operations }: Dfa): Dfa {
  const isMatch = operations.map(([head]) => head >= OPS_MATCH);
  const isAlive = aliveStates(states, isMatch);
  const numbers = new Map<number, number>();
  states.forEach((_, number) => {
    if (number === 0 || isAlive[number]) numbers.set(number, numbers.size);
  });
  const renamed = ({ next, ops }: DfaEntry): DfaEntry => {
    const number = numbers.get(next);
    // What no match comes of need not be kept in registers.
    if (number === undefined || number === 0) return { next: 0, ops: isMatch[ops] ? ops : 0 };
    return { next: number, ops };
  };
  return {
    states: [...numbers.keys()].map((number) => ({
      entries: states[number].entries.map(renamed),
      end: renamed(states[number].end),
    })),
    start: numbers.get(start) ?? 0,
    operations,
  };
}

function aliveStates(states: readonly DfaState[], isMatch: readonly boolean[]): boolean[] {
  const isAlive = new Array<boolean>(states.length).fill(false);
  const leadTo = states.map((): number[] => []);
  const alive: number[] = [];
  states.forEach(({ entries, end }, number) => {
    for (const { next } of entries) leadTo[next].push(number);
    if (isMatch[end.ops] || entries.some(({ ops }) => isMatch[ops])) alive.push(number);
  });
  for (let number = alive.pop(); number !== undefined; number = alive.pop()) {
    if (isAlive[number]) continue;
    isAlive[number] = true;
    for (const before of leadTo[number]) alive.push(before);
  }
  return isAlive;
}
