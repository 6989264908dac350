import * as zlib from "node:zlib";
import { decodeContent } from "../../src/input/content_coding.ts";
import type { Coding } from "../../src/input/decompressor.ts";
import { Expansion } from "../../src/input/expansion.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import { median } from "../support/statistics.ts";

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

export default defineBenchmark({
  name: "inputs",
  about: "Text that comes out of each content coding, in MB/s",
  details: `How much text per second comes out of compressed input, on the thread that reads bodies.
The text is compressed before, so no rate holds the compressing. The length of what
comes out is compared with that of the text.`,
  options: {
    mb: amount(100, "MB of text"),
    rounds: whole(5, "rounds"),
  },
  quick: { mb: "10", rounds: "1" },
  async run({ mb, rounds }, report) {
    const text = repeat((await readEnglish()).bytes, mb * 1e6);
    const rows = [];
    for (const [coding, compress] of Object.entries(COMPRESS) as [Coding, typeof COMPRESS.br][]) {
      const encoded = compress(text);
      const rates: number[] = [];
      for (let round = 0; round < rounds; round++) {
        rates.push(text.length / 1000 / await timeDecoding(encoded, coding, text.length));
      }
      const numbers = [median(rates), Math.min(...rates), Math.max(...rates)];
      const ratio = text.length / encoded.length;
      rows.push([coding, ...numbers.map((rate) => rate.toFixed(0)), ratio.toFixed(1)]);
      report.figure(coding, "MB/s", median(rates), "higher");
    }
    report.table(["", "MB/s of text", "min", "max", "ratio"], rows);
  },
});

function repeat(bytes: Uint8Array, leastBytes: number): Uint8Array {
  const copies = Math.ceil(leastBytes / bytes.length);
  const text = new Uint8Array(copies * bytes.length);
  for (let i = 0; i < copies; i++) text.set(bytes, i * bytes.length);
  return text;
}

/** Milliseconds. @throws {Error} If the text does not come out as long as it went in. */
async function timeDecoding(
  encoded: Uint8Array<ArrayBuffer>,
  coding: Coding,
  textBytes: number,
): Promise<number> {
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
  if (bytes !== textBytes) throw new Error(`${coding} gave ${bytes} of ${textBytes} bytes`);
  return performance.now() - start;
}
