import type { Answer } from "./answer.ts";

/** Prints what `parseAnswer` reads. */
export function printAnswer({ top, distinct, total }: Answer): void {
  const lines = top.map(([word, count]) => `${count}\t${word}`);
  console.log([...lines, distinct, total].join("\n"));
}
