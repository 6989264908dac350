// @ts-types="./nearest.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";
// @ts-types="./nearest.d.ts"
export { closestString } from "@std/text/closest-string";

/** Whether a text is a name but for a letter or two, and for case. */
export function isNear(text: string, name: string): boolean {
  const edits = levenshteinDistance(text.toLowerCase(), name.toLowerCase());
  return edits <= (name.length > 5 ? 2 : 1) && text.length > 1;
}
