const SPACE = 0x20;

/** A text, and what Millrace must find in it. */
export interface TextSample {
  text: Uint8Array<ArrayBuffer>;
  tokens: number;
  keys: number;
}

/** The words of a text as the tokenizer `whitespace` finds them. */
export function createSample(text: string): TextSample {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const bytes = new TextEncoder().encode(text);
  return { text: bytes, tokens: words.length, keys: new Set(words).size };
}

/** Texts of 500 to 1,000 words from all over a large one. */
export function cutSamples(text: Uint8Array<ArrayBuffer>, count: number): TextSample[] {
  const words = new TextDecoder().decode(text).split(/\s+/u);
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor(words.length * i / (count + 1));
    return createSample(words.slice(first, first + 500 + i * 500 / count).join(" "));
  });
}

/** Texts of at most `bytes`, from all over a large one, that end where a word does. */
export function cutPieces(
  text: Uint8Array<ArrayBuffer>,
  count: number,
  bytes: number,
): TextSample[] {
  const decoder = new TextDecoder();
  return Array.from({ length: count }, (_, i) => {
    const from = text.indexOf(SPACE, Math.floor((text.length - bytes) * i / count));
    const end = text.lastIndexOf(SPACE, from + bytes);
    return createSample(decoder.decode(text.subarray(from, end)));
  });
}

/** @throws {Error} If the counts are not those of the sample. */
export function checkSample(totals: { tokens: number; keys: number }, sample: TextSample): void {
  const { tokens, keys } = totals;
  if (tokens === sample.tokens && keys === sample.keys) return;
  throw new Error(
    `Counted ${tokens} words, ${keys} distinct, not ${sample.tokens} and ${sample.keys}`,
  );
}
