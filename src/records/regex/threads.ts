import { isWordByte } from "./byte_classes.ts";
import type { Nfa, NfaState, Tag } from "./nfa.ts";
import type { BuildSteps } from "./regex_limits.ts";

/** Where a tag of a thread stands: in a register, at the byte that is read, or nowhere. */
export type Place = number;
export const HERE: Place = -1;
export const NOWHERE: Place = -2;

/** A way through the automaton: the state it came to, and where the group starts and ends. */
export interface Thread {
  readonly state: number;
  readonly open: Place;
  readonly close: Place;
}

/** What stands before the next byte, as far as an assertion may ask. */
export type Before = "start" | "word" | "other";

/** The byte that is read, null at the text's end. */
export type Ahead = number | null;

/** What becomes of some threads when a byte is read. */
export interface Advance {
  /** In the order of the wanted; no two in one state. */
  readonly threads: readonly Thread[];
  /** The thread that matched before the byte; none that is less wanted goes on. */
  readonly match: Thread | null;
}

/**
 * Moves threads of an automaton over a byte. What a thread may do without reading is done when the
 * next byte is known, so that tags are set and assertions decided only where the byte fits (Laurikari
 * 2000, with a lookahead of one as Trofimovich 2017).
 */
export class ThreadMover {
  readonly #states: readonly NfaState[];
  readonly #steps: BuildSteps;
  /** By state: the last move that came through, so that no move begins with clearing. */
  readonly #visited: Uint32Array;
  readonly #reached: Uint32Array;
  readonly #matchesAnyhow = new Map<number, boolean>();
  #move = 0;

  constructor(nfa: Nfa, steps: BuildSteps) {
    this.#states = nfa.states;
    this.#steps = steps;
    this.#visited = new Uint32Array(nfa.states.length);
    this.#reached = new Uint32Array(nfa.states.length);
  }

  advance(threads: readonly Thread[], before: Before, ahead: Ahead): Advance {
    this.#move++;
    const moved: Thread[] = [];
    for (const thread of threads) {
      const match = this.#follow(thread, before, ahead, moved);
      // A match that a more wanted thread is sure to replace need not be noted.
      if (match) return { threads: moved, match: this.#isReplaced(moved) ? null : match };
    }
    return { threads: moved, match: null };
  }

  #follow(thread: Thread, before: Before, ahead: Ahead, moved: Thread[]): Thread | null {
    const waiting = [thread];
    for (let at = waiting.pop(); at; at = waiting.pop()) {
      if (this.#visited[at.state] === this.#move) continue;
      this.#visited[at.state] = this.#move;
      this.#steps.take();
      const state = this.#states[at.state];
      if (state.kind === "match") return at;
      if (state.kind === "bytes") {
        const next = ahead === null ? -1 : nextOn(ahead, state);
        if (next < 0 || this.#reached[next] === this.#move) continue;
        this.#reached[next] = this.#move;
        moved.push({ ...at, state: next });
      } else if (state.kind === "choice") {
        for (let i = state.next.length - 1; i >= 0; i--) {
          waiting.push({ ...at, state: state.next[i] });
        }
      } else if (state.kind === "tag") {
        waiting.push(tagged(at, state.tag, state.next));
      } else if (state.kind === "forget") {
        waiting.push({ state: state.next, open: NOWHERE, close: NOWHERE });
      } else if (holds(state.assertion, before, ahead)) {
        waiting.push({ ...at, state: state.next });
      }
    }
    return null;
  }

  #isReplaced(moved: readonly Thread[]): boolean {
    return moved.some(({ state }) => this.#canMatch(state));
  }

  /** Whether a state matches whatever stands next to it, and reads nothing for it. */
  #canMatch(from: number): boolean {
    let known = this.#matchesAnyhow.get(from);
    if (known === undefined) {
      this.#matchesAnyhow.set(from, known = this.#searchMatch(from));
    }
    return known;
  }

  #searchMatch(from: number): boolean {
    const seen = new Set([from]);
    for (const at of seen) {
      this.#steps.take();
      const state = this.#states[at];
      if (state.kind === "match") return true;
      if (state.kind === "choice") { for (const next of state.next) seen.add(next); }
      else if (state.kind === "tag" || state.kind === "forget") seen.add(state.next);
    }
    return false;
  }
}

function tagged(thread: Thread, tag: Tag, state: number): Thread {
  return tag === "open" ? { ...thread, state, open: HERE } : { ...thread, state, close: HERE };
}

function nextOn(byte: number, { steps }: NfaState & { kind: "bytes" }): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle].last < byte) low = middle + 1;
    else high = middle;
  }
  return low < steps.length && steps[low].first <= byte ? steps[low].next : -1;
}

function holds(
  assertion: (NfaState & { kind: "assertion" })["assertion"],
  before: Before,
  ahead: Ahead,
): boolean {
  switch (assertion) {
    case "start":
      return before === "start";
    case "end":
      return ahead === null;
    // The first byte of a character, or of what is no UTF-8.
    case "character":
      return ahead === null || (ahead & 0xc0) !== 0x80;
    default: {
      const isEdge = (before === "word") !== (ahead !== null && isWordByte(ahead));
      return isEdge === (assertion === "edge");
    }
  }
}
