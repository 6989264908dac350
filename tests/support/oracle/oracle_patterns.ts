import { compileRegex } from "../../../src/records/regex/compile_regex.ts";
import type { RegexTables } from "../../../src/records/regex/regex_tables.ts";

const patterns = new WeakMap<RegexTables, RegExp>();

/** The tables of a pattern, which findPattern() knows. */
export function patternTables(pattern: string): RegexTables {
  const tables = compileRegex(pattern);
  patterns.set(tables, new RegExp(pattern, "u"));
  return tables;
}

/** What JavaScript finds: the first group, or the whole match of a pattern without groups. */
export function findPattern(tables: RegexTables, text: string): string | undefined {
  const match = patterns.get(tables)!.exec(text);
  return match === null ? undefined : match[match.length > 1 ? 1 : 0];
}

/** Whether JavaScript finds a match. */
export function testPattern(tables: RegexTables, text: string): boolean {
  return patterns.get(tables)!.test(text);
}
