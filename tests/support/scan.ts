import { compileProbe, type Probe, PROBE_FREE } from "./probe.ts";
import type { Build } from "./probe.ts";

/** What the probe `tokenizers` exports: a pair of functions for each tokenizer. */
export type ScanExports =
  & {
    prepareMasks(): void;
    scanNext: WebAssembly.Global;
    scanIsWord: WebAssembly.Global;
    scanHasNul: WebAssembly.Global;
  }
  & Record<`scan${Scanner}`, (...args: [number, number, number, number, number]) => number>
  & Record<`scanLong${Scanner}`, (from: number, end: number) => number>;
/** The name of a scanner in the exports of a probe. */
export type Scanner = "Ascii" | "Lines" | "Unicode" | "Whitespace";

const SUB_BLOCK = 8192;
const LIST = PROBE_FREE;
const TEXT = PROBE_FREE + 0x100000;
const PADDING = 128;

/** Compiles the scanners of the kernel as a program of their own. */
export async function compileScanners(build: Build): Promise<Probe<ScanExports>> {
  const probe = await compileProbe<ScanExports>("tokenizers", build);
  probe.exports.prepareMasks();
  return probe;
}

/** What a scanner finds in a text. */
export interface Scanned {
  words: string[];
  /** Whether the scanner said, for any sub-block, that a word may hold NUL. */
  hasNul: boolean;
}

/** Lists the words of a text, placed at an alignment, as a kernel does sub-block by sub-block. */
export function scanText(
  { exports, bytes, view }: Probe<ScanExports>,
  scanner: Scanner,
  text: Uint8Array,
  { alignment = 0, fold = false } = {},
): Scanned {
  const start = TEXT + alignment;
  const end = start + text.length;
  bytes.fill(0x41, start - 64, start);
  bytes.set(text, start);
  bytes.fill(0, end, end + PADDING);
  const spans: [number, number][] = [];
  let hasNul = false;
  for (let from = start; from < end;) {
    const to = Math.min(from + SUB_BLOCK, end);
    const listEnd = exports[`scan${scanner}`](from, to, end, LIST, fold ? 0x20 : 0);
    for (let entry = LIST; entry < listEnd; entry += 4) {
      spans.push([from + view.getUint16(entry, true), from + view.getUint16(entry + 2, true)]);
    }
    hasNul ||= Boolean(exports.scanHasNul.value);
    if (exports.scanNext.value === from) { // a giant word
      const wordEnd = exports[`scanLong${scanner}`](from, end);
      if (exports.scanIsWord.value) spans.push([from, wordEnd]);
      // Behind a line stands its end, which is no line of its own.
      from = scanner === "Lines" ? exports.scanNext.value : wordEnd;
    } else {
      from = exports.scanNext.value;
    }
  }
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return { words: spans.map(([from, to]) => decoder.decode(bytes.slice(from, to))), hasNul };
}
