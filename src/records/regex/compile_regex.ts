import { buildDfa } from "./build_dfa.ts";
import { buildNfa } from "./build_nfa.ts";
import { byteClasses } from "./byte_classes.ts";
import { parseRegex } from "./parse_regex.ts";
import { pruneDfa } from "./prune_dfa.ts";
import { BuildSteps } from "./regex_limits.ts";
import { RegexTables } from "./regex_tables.ts";
import { writeTables } from "./write_tables.ts";

/**
 * Compiles a regular expression to an automaton over the bytes of UTF-8 that finds what JavaScript's
 * RegExp with flag `u` finds: the leftmost match, and of those the one that a backtracking matcher
 * comes to first. `^` and `$` are the text's ends. Modifiers `(?i:…)` and `(?s:…)` are known.
 *
 * Back references and lookaround are refused, and expressions whose automaton is too large. `\b`
 * goes by ASCII words within `(?i:…)`, too, where RegExp counts U+017F and U+212A among them.
 *
 * @param steps What this and others that are compiled with it may take together.
 * @throws {RegexError} If the pattern is wrong, refused, or exceeds a limit.
 */
export function compileRegex(pattern: string, steps = new BuildSteps()): RegexTables {
  const nfa = buildNfa(parseRegex(pattern, steps), steps);
  const classes = byteClasses(nfa);
  return new RegexTables(writeTables(pruneDfa(buildDfa(nfa, classes, steps)), classes));
}
