// Deno's standard library comes from npm without its types.

/** The one of `candidates` that is reached from `word` by the fewest edits. */
export function closestString(word: string, candidates: readonly string[]): string;

/** How many edits lead from one text to the other. */
export function levenshteinDistance(one: string, other: string): number;
