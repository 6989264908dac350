// Deno's standard library comes from npm without its types.

/** How many edits lead from one text to the other. */
export function levenshteinDistance(one: string, other: string): number;
