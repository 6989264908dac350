import type { LiteralOptions } from "../../../src/records/literals/literal_tables.ts";

/** Every occurrence of literals, by looking up each part of each line that is as long as one. */
export function oracleLiterals(
  text: string,
  literals: readonly string[],
  { overlap, folds }: LiteralOptions,
): { keys: string[]; records: number; missing: number } {
  const fold = (each: string) => folds ? each.replace(/[A-Z]/g, (a) => a.toLowerCase()) : each;
  const different = new Set(literals.map(fold));
  const lengths = [...new Set([...different].map(({ length }) => length))].sort((a, b) => b - a);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const found = lines.map((line) => {
    const keys: string[] = [];
    const folded = fold(line);
    for (let at = 0; at < line.length;) {
      const here = lengths.filter((length) => different.has(folded.slice(at, at + length)));
      const fitting = here.filter((length) => at + length <= line.length);
      const given = overlap === "all" ? fitting : fitting.slice(0, 1);
      keys.push(...given.map((length) => line.slice(at, at + length)));
      at += overlap === "all" || fitting.length === 0 ? 1 : fitting[0];
    }
    return keys;
  });
  return {
    keys: found.flat(),
    records: lines.length,
    missing: found.filter(({ length }) => length === 0).length,
  };
}
