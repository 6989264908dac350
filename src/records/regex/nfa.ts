import type { Assertion } from "./regex_node.ts";

/** The tags: where the group starts and ends. */
export type Tag = "open" | "close";

/** A transition on the bytes of a range. */
export interface Step {
  readonly first: number;
  readonly last: number;
  readonly next: number;
}

/** A state, by what leads out of it; states are numbers. */
export type NfaState =
  /** Ranges ascend and do not overlap. */
  | { readonly kind: "bytes"; readonly steps: readonly Step[] }
  /** The first that leads to a match is taken. */
  | { readonly kind: "choice"; readonly next: readonly number[] }
  | { readonly kind: "tag"; readonly tag: Tag; readonly next: number }
  /** The group takes no part, for all that is known. */
  | { readonly kind: "forget"; readonly next: number }
  | {
    readonly kind: "assertion";
    readonly assertion: Assertion | "character";
    readonly next: number;
  }
  | { readonly kind: "match" };

/** An automaton over bytes that is in several states at once, the more wanted ones first. */
export interface Nfa {
  readonly states: readonly NfaState[];
  readonly start: number;
}
