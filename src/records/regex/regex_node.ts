import type { CodePoints } from "./code_points.ts";

/** What must hold between two characters: the text's ends, and edges of ASCII words. */
export type Assertion = "start" | "end" | "edge" | "notEdge";

/** A part of a regular expression. `isNullable`: it may match no character. */
export type RegexNode =
  & { readonly isNullable: boolean; readonly hasGroup: boolean }
  & (
    | { readonly kind: "set"; readonly set: CodePoints }
    | { readonly kind: "assertion"; readonly assertion: Assertion }
    | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
    /** The first that leads to a match is taken. */
    | { readonly kind: "choice"; readonly parts: readonly RegexNode[] }
    | {
      readonly kind: "repeat";
      readonly of: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly isGreedy: boolean;
    }
    /** The first group: the one whose place is told. */
    | { readonly kind: "group"; readonly of: RegexNode }
  );

export function setOf(set: CodePoints): RegexNode {
  return { kind: "set", set, isNullable: false, hasGroup: false };
}

export function assertionOf(assertion: Assertion): RegexNode {
  return { kind: "assertion", assertion, isNullable: true, hasGroup: false };
}

export function sequenceOf(parts: readonly RegexNode[]): RegexNode {
  if (parts.length === 1) return parts[0];
  const isNullable = parts.every((part) => part.isNullable);
  return { kind: "sequence", parts, isNullable, hasGroup: parts.some((part) => part.hasGroup) };
}

export function choiceOf(parts: readonly RegexNode[]): RegexNode {
  if (parts.length === 1) return parts[0];
  const isNullable = parts.some((part) => part.isNullable);
  return { kind: "choice", parts, isNullable, hasGroup: parts.some((part) => part.hasGroup) };
}

/** @param most May be Infinity. */
export function repeatOf(
  of: RegexNode,
  least: number,
  most: number,
  isGreedy: boolean,
): RegexNode {
  if (most === 0) return sequenceOf([]);
  const isNullable = least === 0 || of.isNullable;
  return { kind: "repeat", of, least, most, isGreedy, isNullable, hasGroup: of.hasGroup };
}

export function groupOf(of: RegexNode): RegexNode {
  return { kind: "group", of, isNullable: of.isNullable, hasGroup: true };
}
