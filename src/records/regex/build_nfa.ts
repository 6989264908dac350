import type { Nfa, NfaState, Step } from "./nfa.ts";
import { type BuildSteps, MAX_NFA_STATES, tooLarge } from "./regex_limits.ts";
import type { RegexNode } from "./regex_node.ts";
import { type ByteRanges, utf8Ranges } from "./utf8_ranges.ts";

/** What goes on alike is found by texts of ranges, which cost more than other steps. */
const STEPS_OF_SEQUENCE = 4;

/**
 * Builds the automaton that searches for a pattern, after Thompson (1968), with choices in the order
 * of a backtracking matcher (Cox 2010).
 *
 * JavaScript adds two rules. What repeats forgets the group each time. And a repetition that need not
 * be may not match the empty text: it is taken back, and the next choice tried. For this each node
 * is built towards two states: `next` where the repetition around it has matched a character by
 * then, and `ifEmpty` where it has not.
 */
export function buildNfa(node: RegexNode, steps: BuildSteps): Nfa {
  const builder = new NfaBuilder(steps);
  const match = builder.add({ kind: "match" });
  return { states: builder.states, start: builder.search(builder.build(node, match, match)) };
}

type Repeat = RegexNode & { kind: "repeat" };

class NfaBuilder {
  readonly states: NfaState[] = [];
  readonly #steps: BuildSteps;
  /** No text leads on from here. */
  readonly #nowhere: number;
  readonly #utf8 = new Map<RegexNode, ByteRanges[]>();

  constructor(steps: BuildSteps) {
    this.#steps = steps;
    this.#nowhere = this.add({ kind: "bytes", steps: [] });
  }

  add(state: NfaState): number {
    if (this.states.length === MAX_NFA_STATES) {
      throw tooLarge(`${MAX_NFA_STATES} states before it is made deterministic`);
    }
    return this.states.push(state) - 1;
  }

  /** The pattern here, or else from a later character on. */
  search(pattern: number): number {
    const here = this.add({ kind: "assertion", assertion: "character", next: pattern });
    const later: Step[] = [];
    const start = this.add({
      kind: "choice",
      next: [here, this.add({ kind: "bytes", steps: later })],
    });
    later.push({ first: 0, last: 0xff, next: start });
    return start;
  }

  build(node: RegexNode, next: number, ifEmpty: number): number {
    this.#steps.take();
    switch (node.kind) {
      case "set":
        return this.#set(node, next);
      case "assertion":
        return this.add({ kind: "assertion", assertion: node.assertion, next: ifEmpty });
      case "sequence":
        return this.#sequence(node.parts, next, ifEmpty);
      case "choice": {
        const parts = node.parts.map((part) => this.build(part, next, ifEmpty));
        return this.add({ kind: "choice", next: parts });
      }
      case "repeat":
        return this.#repeat(node, next, ifEmpty);
      case "group": {
        const close = this.add({ kind: "tag", tag: "close", next });
        const isEmpty = next === ifEmpty
          ? close
          : this.add({ kind: "tag", tag: "close", next: ifEmpty });
        return this.add({ kind: "tag", tag: "open", next: this.build(node.of, close, isEmpty) });
      }
    }
  }

  #sequence(parts: readonly RegexNode[], next: number, ifEmpty: number): number {
    let rest = { next, ifEmpty };
    for (const part of parts.toReversed()) rest = this.#before(part, rest);
    return rest.ifEmpty;
  }

  /** Both states in front of a node that stands before both states. */
  #before(node: RegexNode, rest: { next: number; ifEmpty: number }) {
    const next = this.build(node, rest.next, rest.next);
    const isOne = rest.next === rest.ifEmpty || !node.isNullable;
    return { next, ifEmpty: isOne ? next : this.build(node, rest.next, rest.ifEmpty) };
  }

  #repeat(node: Repeat, next: number, ifEmpty: number): number {
    let rest = node.most === Infinity
      ? this.#loop(node, next, ifEmpty)
      : this.#options(node, next, ifEmpty);
    for (let i = 0; i < node.least; i++) {
      rest = this.#before(node.of, rest);
      if (!node.hasGroup) continue;
      const isOne = rest.next === rest.ifEmpty;
      const next = this.add({ kind: "forget", next: rest.next });
      rest = { next, ifEmpty: isOne ? next : this.add({ kind: "forget", next: rest.ifEmpty }) };
    }
    return rest.ifEmpty;
  }

  #loop(node: Repeat, next: number, ifEmpty: number) {
    const choices: number[] = [];
    const again = this.add({ kind: "choice", next: choices });
    const body = this.#body(node, again);
    choices.push(...ordered(node, body, next));
    if (next === ifEmpty) return { next: again, ifEmpty: again };
    return {
      next: again,
      ifEmpty: this.add({ kind: "choice", next: ordered(node, body, ifEmpty) }),
    };
  }

  #options(node: Repeat, next: number, ifEmpty: number) {
    let body = -1;
    let rest = next;
    for (let i = node.least; i < node.most; i++) {
      body = this.#body(node, rest);
      rest = this.add({ kind: "choice", next: ordered(node, body, next) });
    }
    if (next === ifEmpty) return { next: rest, ifEmpty: rest };
    if (body < 0) return { next, ifEmpty };
    return {
      next: rest,
      ifEmpty: this.add({ kind: "choice", next: ordered(node, body, ifEmpty) }),
    };
  }

  /** A repetition that need not be. */
  #body(node: Repeat, next: number): number {
    const body = this.build(node.of, next, this.#nowhere);
    return node.hasGroup ? this.add({ kind: "forget", next: body }) : body;
  }

  #set(node: RegexNode & { kind: "set" }, next: number): number {
    let sequences = this.#utf8.get(node);
    if (!sequences) this.#utf8.set(node, sequences = utf8Ranges(node.set));
    return this.#bytes(sequences, 0, next, new Map());
  }

  /**
   * A state that reads bytes from a place of some sequences on. Sequences that begin alike have equal
   * first ranges, since others are whole; what goes on alike shares states.
   */
  #bytes(
    sequences: readonly ByteRanges[],
    place: number,
    next: number,
    known: Map<string, number>,
  ): number {
    this.#steps.take(STEPS_OF_SEQUENCE * (sequences.length + 1));
    const key = sequences.map((ranges) => ranges.slice(place).join()).join(";");
    const same = known.get(key);
    if (same !== undefined) return same;
    const steps: Step[] = [];
    for (const group of groupsByRange(sequences, place)) {
      const [first, last] = group[0][place];
      const isWhole = group[0].length === place + 1;
      steps.push({
        first,
        last,
        next: isWhole ? next : this.#bytes(group, place + 1, next, known),
      });
    }
    const state = this.add({ kind: "bytes", steps });
    known.set(key, state);
    return state;
  }
}

function ordered(node: Repeat, body: number, exit: number): number[] {
  return node.isGreedy ? [body, exit] : [exit, body];
}

/** Neighbours whose range at the place is one. */
function groupsByRange(sequences: readonly ByteRanges[], place: number): ByteRanges[][] {
  const groups: ByteRanges[][] = [];
  for (const sequence of sequences) {
    const group = groups.at(-1);
    if (group && group[0][place][0] === sequence[place][0]) group.push(sequence);
    else groups.push([sequence]);
  }
  return groups;
}
