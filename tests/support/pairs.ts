/** A key and what it is paired with, of one byte per character. */
export type Pair = readonly [key: string, text: string];

/** A chunk of pairs: u32 bytes of the key | u32 bytes of the text | key | text, unpadded. */
export function encodePairs(pairs: readonly Pair[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(
    pairs.reduce((sum, [key, text]) => sum + 8 + key.length + text.length, 0),
  );
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [key, text] of pairs) {
    view.setUint32(at, key.length, true);
    view.setUint32(at + 4, text.length, true);
    at += 8;
    for (const char of key + text) bytes[at++] = char.charCodeAt(0);
  }
  return bytes;
}

/** How many different texts each key has. */
export function countDistinct(pairs: readonly Pair[]): Map<string, number> {
  const texts = new Map<string, Set<string>>();
  for (const [key, text] of pairs) {
    const known = texts.get(key);
    if (known) known.add(text);
    else texts.set(key, new Set([text]));
  }
  return new Map([...texts].map(([key, { size }]) => [key, size]));
}
