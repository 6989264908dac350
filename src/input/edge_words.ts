/** The words at the edges of a text, of which n-grams may be made that reach into others. */
export interface EdgeWords {
  /** Words in the text. */
  tokens: number;
  /** The first n - 1, or all if there are fewer, in UTF-8. */
  head: readonly Uint8Array[];
  /** The last n - 1, or all. */
  tail: readonly Uint8Array[];
}

/**
 * The edges of texts that were counted apart and follow one another, for the n-grams that none of them
 * holds whole.
 */
export interface Edges {
  edges: readonly EdgeWords[];
}

/** Whether an input is of edges. */
export function isEdges(input: unknown): input is Edges {
  return typeof input === "object" && input !== null && "edges" in input;
}
