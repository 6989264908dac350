import { CONTROL, LINE, WORKER_CAPACITY } from "../../../assembly/layout.ts";

/** What goes wrong. */
const FAULT_KINDS = [
  "throw", // an exception, which the thread survives where it catches any
  "trap", // likewise, by an instruction of WebAssembly
  "die", // an exception that nobody catches: the thread is gone, and says so
  "close", // the thread ends itself, and nobody is told
  "silent", // the thread stays where it is until the engine stops, or it is released
  "late", // likewise, and it is released as soon as it has been given up
] as const;

/** Where. The first ones are those of assembly/memory/fault_point.ts. */
export const FAULT_STEPS = [
  "clean",
  "dirty",
  "partition",
  "reduce",
  "finish",
  "spill",
  "beforeClaim",
  "afterClaim",
  "beforeDone",
  "beforePublish",
  "start",
  "userCode",
  "read",
] as const;

/** `slow` goes on after a few looks of the engine, and is not given up for one of them. */
export type FaultKind = typeof FAULT_KINDS[number] | "slow";
/** Where in a task a thread fails. */
export type FaultStep = typeof FAULT_STEPS[number];

/** One way to fail. */
export interface FaultPlan {
  kind: FaultKind;
  /** Where; at any of several steps. */
  step: FaultStep | readonly FaultStep[];
  /** Chunk, table or partition whose task fails; any if left out. */
  part?: number;
  /** Least offset in the chunk's text, for `clean` and `dirty`. @default {0} */
  at?: number;
  /** How often it happens, in all threads together. @default {1} */
  times?: number;
}

const KINDS: readonly FaultKind[] = [...FAULT_KINDS, "slow"];

// The plan stands in words of the control block that nobody else uses.
const PLAN = (CONTROL + 30 * LINE) >> 2;
// STEP has a bit for each step.
const KIND = PLAN, STEP = PLAN + 1, PART = PLAN + 2, AT = PLAN + 3, LEFT = PLAN + 4;
/** Changes when silent threads must go on. */
export const RELEASE = PLAN + 5;
/** Changes with each step of the engine's time. */
export const STEPS = PLAN + 6;
/** How many threads have fallen silent. */
const FALLS = PLAN + 7;
/** How many have come as far as to fail, and how many have died. */
const ARRIVALS = PLAN + 8;
const DEATHS = PLAN + 9;
/** Of each place: where its thread's beat stands, while the thread lives; 0 else. */
const BEATS = PLAN + (LINE >> 2);

const ANY = -1;

/** The plan of the threads on one memory. */
export class Faults {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  plan({ kind, step, part = ANY, at = 0, times = 1 }: FaultPlan): void {
    this.#words[KIND] = KINDS.indexOf(kind);
    const steps = [step].flat().map((each) => 1 << FAULT_STEPS.indexOf(each));
    this.#words[STEP] = steps.reduce((sum, bit) => sum | bit);
    this.#words[PART] = part;
    this.#words[AT] = at;
    Atomics.store(this.#words, LEFT, times); // PUBLISHES the plan
  }

  /** Faults of the plan that have not happened yet. */
  get left(): number {
    return Math.max(0, Atomics.load(this.#words, LEFT));
  }

  get kind(): FaultKind {
    return KINDS[this.#words[KIND]];
  }

  /** Lets silent threads go on. */
  release(): void {
    Atomics.add(this.#words, RELEASE, 1);
    Atomics.notify(this.#words, RELEASE);
  }

  /** Lets slow threads go on to their next step. */
  tellStep(): void {
    Atomics.add(this.#words, STEPS, 1);
    Atomics.notify(this.#words, STEPS);
  }

  /** How many threads have fallen silent so far. */
  get falls(): number {
    return Atomics.load(this.#words, FALLS);
  }

  /** How many threads have begun. */
  get arrivals(): number {
    return Atomics.load(this.#words, ARRIVALS);
  }

  get deaths(): number {
    return Atomics.load(this.#words, DEATHS);
  }

  onArrival(): void {
    Atomics.add(this.#words, ARRIVALS, 1);
  }

  onDeath(): void {
    Atomics.add(this.#words, DEATHS, 1);
  }

  /** The thread of a place lives, and its beat stands in this word. */
  onAlive(place: number, beatWord: number): void {
    Atomics.store(this.#words, BEATS + place, beatWord);
  }

  /** The thread of a place beats no more, until it says that it lives. */
  onStill(place: number): void {
    Atomics.store(this.#words, BEATS + place, 0);
  }

  onSilent(place: number): void {
    this.onStill(place);
    Atomics.add(this.#words, FALLS, 1);
  }

  /** The beats of all threads that live, by place. */
  beats(): Map<number, number> {
    const beats = new Map<number, number>();
    for (let place = 0; place < WORKER_CAPACITY; place++) {
      const word = Atomics.load(this.#words, BEATS + place);
      if (word !== 0) beats.set(place, Atomics.load(this.#words, word));
    }
    return beats;
  }

  /** The kind of fault that happens here and now, if one does. */
  draw(step: FaultStep, part: number, at: number): FaultKind | undefined {
    const words = this.#words;
    const isMeant = (words[STEP] & 1 << FAULT_STEPS.indexOf(step)) !== 0;
    if (Atomics.load(words, LEFT) <= 0 || !isMeant) return undefined;
    if (at < words[AT] || (words[PART] !== ANY && part !== ANY && words[PART] !== part)) {
      return undefined;
    }
    return Atomics.sub(words, LEFT, 1) > 0 ? KINDS[words[KIND]] : undefined;
  }
}
