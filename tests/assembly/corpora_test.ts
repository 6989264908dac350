import { assert } from "@std/assert";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { corpora, expectedTsv } from "../support/oracle/oracle_files.ts";

const KINDS = [
  { kind: "uax29", tokenizer: "unicode", case: "fold" },
  { kind: "split", tokenizer: "whitespace", case: "preserve" },
] as const;
const CHUNK_BYTES = 300_000;
const CORPORA = corpora();

for (const build of KERNEL_BUILDS) {
  for (const corpus of CORPORA) {
    Deno.test(`${build} counts ${corpus.name} exactly`, async () => {
      const text = Deno.readFileSync(corpus.path);
      const harness = await KernelHarness.create(build);
      for (const { kind, ...options } of KINDS) {
        const chunks: Uint8Array[] = [];
        for (let from = 0; from < text.length;) {
          const rest = text.subarray(from, from + CHUNK_BYTES);
          const atEnd = from + rest.length === text.length;
          const length = atEnd ? rest.length : lastSafeSplit(rest, rest.length, options.tokenizer);
          chunks.push(rest.slice(0, length));
          from += length;
        }
        const { counts } = harness.run(chunks, { ...options, workers: 2, partitionBits: 1 });
        const tsv = counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
        assert(tsv === expectedTsv(kind, corpus), kind);
      }
    });
  }
}
