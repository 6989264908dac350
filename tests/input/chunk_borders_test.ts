import { assertEquals } from "@std/assert";
import { splitBytes } from "../../src/input/splitter.ts";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { KernelHarness } from "../support/kernel_harness.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";

const BROKEN_UTF8 = [0xff, 0x61, 0xe4, 0xb8, 0x20, 0xf0, 0x9f, 0x92, 0x62, 0xc3];

/** Whatever a border could cut: marks, quotes, numbers, flags, joiners, line ends, broken UTF-8. */
const TRICKY = new Uint8Array([
  ...new TextEncoder().encode(
    "don’t can't  3.14,15 a.b:c e\u0301te\u0301 \u05d0\"\u05d1 \u05d0' 1,000;2 x_y__ ___\r\n" +
      "中文字，汉字。カタカナ ひら 한국어 🇩🇪🇫🇷🇮 👩\u200d👩\u200d👧 a\u200db \u00ad\u0345 \u3000\u00a0\u2003z\n" +
      "\n\r\n\t\x1c\x85 naïve—“quoted”…end Ünï\u0000code ß ſ ΣΊΣΥΦΟΣ 𝒳𝟙 " + "long".repeat(30) +
      " .",
  ),
  ...BROKEN_UTF8,
]);

for (const tokenizer of ["unicode", "whitespace", "ascii", "lines"] as const) {
  for (const folding of ["fold", "preserve"] as const) {
    Deno.test(`chunks of any size give the same ${tokenizer} counts (${folding})`, async () => {
      const harness = await KernelHarness.create("words");
      const expected = formatTsv(countNaive(TRICKY, tokenizer, { case: folding }));
      for (let chunkBytes = 1; chunkBytes <= TRICKY.length; chunkBytes++) {
        const rule = (text: Uint8Array, length: number) => lastSafeSplit(text, length, tokenizer);
        const chunks = [...splitBytes(TRICKY, chunkBytes, rule)].map(({ text }) => text.slice());
        const { counts } = harness.run(chunks, { tokenizer, case: folding, workers: 2 });
        const tsv = counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
        assertEquals(tsv, expected, `chunks of ${chunkBytes} bytes: ${chunks.length}`);
      }
    });
  }
}

Deno.test("splitBytes() cuts a text beyond 2 GiB, also once V8 has optimized it for small ones", () => {
  const atTheEnd = (_: Uint8Array, length: number) => length;
  const countChunks = (bytes: number, chunkBytes: number) => {
    let chunks = 0;
    // No byte is looked at, so that the system gives no memory for any.
    for (const _ of splitBytes(new Uint8Array(bytes), chunkBytes, atTheEnd)) chunks++;
    return chunks;
  };
  for (let round = 0; round < 40; round++) assertEquals(countChunks(100_000, 4), 25_000);
  assertEquals(countChunks(2_300_000_000, 230_000), 10_000);
});
