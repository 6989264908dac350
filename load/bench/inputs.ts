// Measures compressed input: how much text per second comes out of each content coding, beside the
// same text as it is. The text is compressed here, so no rate holds the compressing.
// Usage: inputs.ts [--mb 100] [--rounds 5]
import * as zlib from "node:zlib";
import { parseArgs } from "node:util";
import { decodeContent } from "../../src/input/content_coding.ts";
import type { Coding } from "../../src/input/decompressor.ts";
import { Expansion } from "../../src/input/expansion.ts";
import { readEnglish } from "../corpora.ts";
import { median, printTable } from "./report.ts";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "100" },
    rounds: { type: "string", default: "5" },
  },
});

/** A window that is smaller than the text, so that its copies do not shrink to nothing. */
const BROTLI = {
  [zlib.constants.BROTLI_PARAM_QUALITY]: 5,
  [zlib.constants.BROTLI_PARAM_LGWIN]: 18,
};
const COMPRESS: Record<Coding, (text: Uint8Array) => Uint8Array<ArrayBuffer>> = {
  gzip: (text) => new Uint8Array(zlib.gzipSync(text)),
  deflate: (text) => new Uint8Array(zlib.deflateSync(text)),
  br: (text) => new Uint8Array(zlib.brotliCompressSync(text, { params: BROTLI })),
  zstd: (text) => new Uint8Array(zlib.zstdCompressSync(text)),
};

const text = repeat((await readEnglish()).bytes, Number(values.mb) * 1e6);
const rows = [];
for (const [coding, compress] of Object.entries(COMPRESS)) {
  const encoded = compress(text);
  const rates = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    rates.push(text.length / 1000 / await timeDecoding(encoded, coding as Coding));
  }
  rows.push([
    coding,
    ...[median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0)),
    (text.length / encoded.length).toFixed(1),
  ]);
}
printTable(["", "MB/s of text", "min", "max", "ratio"], rows);

function repeat(bytes: Uint8Array, leastBytes: number): Uint8Array {
  const copies = Math.ceil(leastBytes / bytes.length);
  const text = new Uint8Array(copies * bytes.length);
  for (let i = 0; i < copies; i++) text.set(bytes, i * bytes.length);
  return text;
}

/** @throws {Error} If the text does not come out as it went in. */
async function timeDecoding(encoded: Uint8Array<ArrayBuffer>, coding: Coding): Promise<number> {
  const start = performance.now();
  const body = new Response(encoded).body!;
  const decoding = {
    codings: [coding],
    decompress: "none",
    expansion: new Expansion({}),
  } as const;
  let bytes = 0;
  for await (const block of decodeContent(body, decoding, {})) {
    bytes += block.length;
  }
  if (bytes !== text.length) throw new Error(`${coding} gave ${bytes} of ${text.length} bytes`);
  return performance.now() - start;
}
