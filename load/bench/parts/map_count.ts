// What a plain program does: decode, split, count in a Map. Prints how long that took, without
// the start of the process and the reading of the file.
// Usage: map_count.ts FILE [TSV]; the counts go to TSV.
import { WordCounter } from "../../support/word_counter.ts";

const BLOCK_BYTES = 1 << 20;

const [file, tsv] = Deno.args;
const bytes = await Deno.readFile(file);
const counter = new WordCounter();
const { counts } = counter;
const start = performance.now();
for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
  counter.add(bytes.subarray(at, at + BLOCK_BYTES));
}
counter.end();
const ms = performance.now() - start;
if (tsv) await Deno.writeTextFile(tsv, formatCounts(counts));
const tokens = counts.values().reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify({ ms, tokens, keys: counts.size }));

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
