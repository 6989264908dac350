import {
  ENTRY_FOUND,
  LITERALS_CLASSES,
  LITERALS_FILTERS,
  LITERALS_FINGERPRINTS,
  LITERALS_LONGEST,
  LITERALS_OVERLAP,
  LITERALS_ROOT,
  LITERALS_SPARSE,
  NODE_COUNT,
  NODE_ENTRIES,
  NODE_FAIL,
  NODE_LENGTH,
  NODE_LINK,
  NODE_LISTS,
} from "../../../assembly/literal_layout.ts";
import { findClasses } from "./byte_classes.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { LiteralTrie } from "./literal_trie.ts";

/** How literals are looked for. */
export interface LiteralOptions {
  /** All occurrences, or the leftmost ones that do not overlap, and of those the longest. */
  overlap: "all" | "leftmostLongest";
  /** Whether the case of ASCII letters is no matter. */
  folds: boolean;
}

/** Nodes next to the root are dense, as long as caches hold them. */
const DENSE_BYTES = 1 << 20;
const WORD_BYTES = 4;

/**
 * The automaton of Aho and Corasick (1975) for literals read backwards, as
 * assembly/literal_layout.ts has it.
 *
 * Nodes near the root, where most steps are, have an entry for each class of bytes. The others have
 * entries for their children and a way to the node to look at for all else, so that the whole has at
 * most 24 bytes for each byte of the literals, and a MiB.
 *
 * @param literals At least one; none is empty.
 */
export function literalTables(
  literals: readonly string[],
  { overlap, folds }: LiteralOptions,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const texts = literals.map((each) => encoder.encode(folds ? lowerAscii(each) : each).reverse());
  const { classes, count: classCount } = findClasses(texts, folds);
  const trie = new LiteralTrie(texts, classes);
  const rowBytes = NODE_ENTRIES + classCount * WORD_BYTES;
  const denseCount = Math.min(trie.count, Math.max(1, Math.floor(DENSE_BYTES / rowBytes)));
  const sparse = LITERALS_ROOT + denseCount * rowBytes;
  const { places, end } = placeNodes(trie, denseCount, rowBytes);
  const bytes = new Uint8Array(end);
  const words = new Uint32Array(bytes.buffer);
  const prints = fingerprintsOf(texts, folds);
  words[LITERALS_SPARSE / WORD_BYTES] = sparse;
  words[LITERALS_LONGEST / WORD_BYTES] = texts.reduce(
    (most, { length }) => Math.max(most, length),
    0,
  );
  words[LITERALS_OVERLAP / WORD_BYTES] = overlap === "all" ? 1 : 0;
  words[LITERALS_FILTERS / WORD_BYTES] = prints ? 1 : 0;
  if (prints) bytes.set(prints, LITERALS_FINGERPRINTS);
  bytes.set(classes, LITERALS_CLASSES);
  const entryOf = (node: number) => places[node] | (trie.isFound(node) ? ENTRY_FOUND : 0);
  for (let node = 0; node < trie.count; node++) {
    const at = places[node];
    words[(at + NODE_LENGTH) / WORD_BYTES] = trie.lengths[node];
    words[(at + NODE_LINK) / WORD_BYTES] = trie.links[node] === 0 ? 0 : places[trie.links[node]];
    if (node < denseCount) {
      const row = (at + NODE_ENTRIES) / WORD_BYTES;
      const fail = (places[trie.fails[node]] + NODE_ENTRIES) / WORD_BYTES;
      if (node === 0) words.fill(entryOf(0), row, row + classCount);
      else words.copyWithin(row, fail, fail + classCount);
      for (const child of trie.childrenOf(node)) words[row + trie.kinds[child]] = entryOf(child);
    } else {
      writeSparse(trie, node, { bytes, words, places, entryOf });
    }
  }
  return bytes;
}

/** Where nodes stand, in their order; the padding behind the last one may be read as classes. */
function placeNodes(
  trie: LiteralTrie,
  denseCount: number,
  rowBytes: number,
): { places: Uint32Array; end: number } {
  const places = new Uint32Array(trie.count);
  let end = LITERALS_ROOT;
  for (let node = 0; node < trie.count; node++) {
    places[node] = end;
    const { length } = node < denseCount ? [] : trie.childrenOf(node);
    end += node < denseCount ? rowBytes : NODE_LISTS + aligned(length) + length * WORD_BYTES;
  }
  return { places, end: aligned(end) + 16 };
}

interface Target {
  bytes: Uint8Array;
  words: Uint32Array;
  places: Uint32Array;
  entryOf: (node: number) => number;
}

function writeSparse(
  trie: LiteralTrie,
  node: number,
  { bytes, words, places, entryOf }: Target,
): void {
  const at = places[node];
  const children = trie.childrenOf(node);
  words[(at + NODE_FAIL) / WORD_BYTES] = places[trie.fails[node]];
  words[(at + NODE_COUNT) / WORD_BYTES] = children.length;
  const entries = (at + NODE_LISTS + aligned(children.length)) / WORD_BYTES;
  children.forEach((child, i) => {
    bytes[at + NODE_LISTS + i] = trie.kinds[child];
    words[entries + i] = entryOf(child);
  });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / WORD_BYTES) * WORD_BYTES;
}

/** A text with the letters of ASCII in lower case. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
