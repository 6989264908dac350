import { STEM_CODES, type StemLanguage } from "./stem_languages.ts";

/** What the forms of a group have in common. */
export type Group =
  | { kind: "stem"; language: StemLanguage }
  /** `table` names the result, or the file, that tells the lemma of each form. */
  | { kind: "lemma"; table: string };

/** What a group may be, in words. */
export const GROUPS_ALLOWED = `stem(LANGUAGE) with one of ${
  STEM_CODES.join(", ")
}, or lemma(TABLE) with the id of a job, or on a command line a file`;

const CALL = /^\s*(stem|lemma)\s*\((.*)\)\s*$/is;

/** What a text says of groups; undefined for one that says something else. */
export function readGroup(text: string): Group | undefined {
  const [, name = "", inner = ""] = CALL.exec(text) ?? [];
  const argument = inner.trim();
  if (name.toLowerCase() === "lemma") {
    return argument === "" ? undefined : { kind: "lemma", table: argument };
  }
  const language = STEM_CODES.find((code) => code === argument.toLowerCase());
  return name !== "" && language ? { kind: "stem", language } : undefined;
}

/** A group in the one form in which it is kept. */
export function printGroup(group: Group): string {
  return group.kind === "stem" ? `stem(${group.language})` : `lemma(${group.table})`;
}
