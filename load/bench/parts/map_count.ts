// What a plain program does: decode, split, count in a Map. Prints how long that took, without
// the start of the process and the reading of the file.
// Usage: map_count.ts FILE [TSV]; the counts go to TSV.
const BLOCK_BYTES = 1 << 20;

const [file, tsv] = Deno.args;
const bytes = await Deno.readFile(file);
const counts = new Map<string, number>();
const start = performance.now();
const tokens = countWords(bytes, counts);
const ms = performance.now() - start;
if (tsv) await Deno.writeTextFile(tsv, formatCounts(counts));
console.log(JSON.stringify({ ms, tokens, keys: counts.size }));

/** By blocks, since one string of the whole would be slower or impossible. */
function countWords(bytes: Uint8Array, counts: Map<string, number>): number {
  const decoder = new TextDecoder();
  let tokens = 0;
  let rest = "";
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES);
    const words = (rest + decoder.decode(block, { stream: true })).split(/\s+/);
    rest = words.pop()!;
    for (const word of words) {
      if (word === "") continue;
      counts.set(word, (counts.get(word) ?? 0) + 1);
      tokens++;
    }
  }
  if (rest !== "") {
    counts.set(rest, (counts.get(rest) ?? 0) + 1);
    tokens++;
  }
  return tokens;
}

/** By count, then by key as its bytes compare, which is how code points compare. */
function formatCounts(counts: Map<string, number>): string {
  const encoder = new TextEncoder();
  const rows = [...counts].map(([key, count]) => ({ key, count, bytes: encoder.encode(key) }));
  rows.sort((a, b) => b.count - a.count || compareBytes(a.bytes, b.bytes));
  return rows.map(({ key, count }) => `${key}\t${count}\n`).join("");
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}
