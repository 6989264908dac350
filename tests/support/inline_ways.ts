/** The two ways of short texts through the engine, for tests that expect the same of both. */
export const INLINE_WAYS = [
  { way: "short texts counted where they arrive", inline: true },
  { way: "all texts counted by threads", inline: false },
] as const;
