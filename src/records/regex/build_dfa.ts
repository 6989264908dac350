import { ROW_ENTRIES } from "../../../assembly/regex_layout.ts";
import type { ByteClasses } from "./byte_classes.ts";
import { isWordByte } from "./byte_classes.ts";
import type { Nfa } from "./nfa.ts";
import { operations, renumber } from "./operations.ts";
import { type BuildSteps, MAX_TABLE_BYTES, tooLarge } from "./regex_limits.ts";
import { type Ahead, type Before, NOWHERE, type Thread, ThreadMover } from "./threads.ts";

/** What a byte leads to. */
export interface DfaEntry {
  /** The next state, 0 for the dead one. */
  readonly next: number;
  /** A list of operations, 0 for none. */
  readonly ops: number;
}

export interface DfaState {
  /** By class of bytes. */
  readonly entries: readonly DfaEntry[];
  readonly end: DfaEntry;
}

/** An automaton that is in one state at a time, with registers. */
export interface Dfa {
  /** The first is dead: it leads to itself, and to no match. */
  readonly states: readonly DfaState[];
  readonly start: number;
  /** Lists as the walker reads them; the first is empty. */
  readonly operations: readonly (readonly number[])[];
}

interface Situation {
  readonly threads: readonly Thread[];
  readonly before: Before;
}

const DEAD = 0;

/**
 * Makes an automaton deterministic: a state is a list of threads in the order of the wanted, with the
 * registers that hold their tags, whose names do not matter (Laurikari 2000 and 2001). A thread that
 * is less wanted than one that matched is cut, as in RE2: the leftmost match is that of a backtracking
 * matcher.
 *
 * @throws {RegexError} If it exceeds a limit.
 */
export function buildDfa(nfa: Nfa, classes: ByteClasses, steps: BuildSteps): Dfa {
  return new DfaBuilder(nfa, classes, steps).build();
}

class DfaBuilder {
  readonly #classes: ByteClasses;
  readonly #steps: BuildSteps;
  readonly #mover: ThreadMover;
  readonly #start: number;
  readonly #asksForStart: boolean;
  readonly #asksForWords: boolean;
  readonly #situations: Situation[] = [{ threads: [], before: "other" }];
  readonly #numbers = new Map<string, number>();
  readonly #operations: number[][] = [[]];
  readonly #operationNumbers = new Map<string, number>();
  #bytes = 0;

  constructor(nfa: Nfa, classes: ByteClasses, steps: BuildSteps) {
    this.#classes = classes;
    this.#steps = steps;
    this.#mover = new ThreadMover(nfa, steps);
    this.#start = nfa.start;
    const asked = new Set(nfa.states.map((state) => state.kind === "assertion" && state.assertion));
    this.#asksForStart = asked.has("start");
    this.#asksForWords = asked.has("edge") || asked.has("notEdge");
  }

  build(): Dfa {
    const threads = [{ state: this.#start, open: NOWHERE, close: NOWHERE }];
    const start = this.#number({ threads, before: this.#asksForStart ? "start" : "other" });
    const states: DfaState[] = [];
    // The list grows while it is read.
    for (const situation of this.#situations) {
      states.push({
        entries: this.#classes.bytes.map((byte) => this.#entry(situation, byte)),
        end: this.#entry(situation, null),
      });
    }
    return { states, start, operations: this.#operations };
  }

  #entry({ threads, before }: Situation, ahead: Ahead): DfaEntry {
    const moved = this.#mover.advance(threads, before, ahead);
    const next = renumber(moved.threads);
    return {
      next: this.#number({ threads: next.threads, before: this.#after(ahead) }),
      ops: this.#operationsOf(operations(next.places, moved.match)),
    };
  }

  #after(byte: Ahead): Before {
    return this.#asksForWords && byte !== null && isWordByte(byte) ? "word" : "other";
  }

  #number(situation: Situation): number {
    const { threads, before } = situation;
    if (threads.length === 0) return DEAD;
    this.#steps.take(threads.length);
    const key = `${before};${threads.map((t) => `${t.state},${t.open},${t.close}`).join(";")}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#situations.push(situation) - 1;
      this.#numbers.set(key, number);
      this.#grow(ROW_ENTRIES + 4 * this.#classes.bytes.length);
    }
    return number;
  }

  #operationsOf(list: number[]): number {
    if (list.length === 0) return 0;
    const key = list.join();
    let number = this.#operationNumbers.get(key);
    if (number === undefined) {
      number = this.#operations.push(list) - 1;
      this.#operationNumbers.set(key, number);
      this.#grow(2 * list.length + 2);
    }
    return number;
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_TABLE_BYTES - 1024) throw tooLarge(`${MAX_TABLE_BYTES} bytes of tables`);
  }
}
