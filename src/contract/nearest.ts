// @ts-types="./nearest.d.ts"
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * The candidate that a word is a misspelling of, if it is one: the first of those that the fewest
 * edits make of it, whatever the case of letters. Two neighbours that are swapped are one edit.
 */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const edits = countEdits(word.toLowerCase(), candidate.toLowerCase());
    if (edits >= fewest) continue;
    fewest = edits;
    nearest = candidate;
  }
  return nearest;
}

/** Infinite beyond a third of the letters: what differs more is another word. */
function countEdits(word: string, name: string): number {
  const most = Math.floor(Math.max(word.length, name.length) / 3);
  // A client may send a word of any length, and distances cost the product of both.
  if (word !== name && Math.abs(word.length - name.length) > most) return Infinity;
  const edits = Math.min(
    levenshteinDistance(word, name),
    ...Array.from(word.slice(1), (_, at) => 1 + levenshteinDistance(swap(word, at), name)),
  );
  return edits <= most || edits === 0 ? edits : Infinity;
}

function swap(word: string, at: number): string {
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}
