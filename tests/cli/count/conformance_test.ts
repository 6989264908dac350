import { assert, assertEquals } from "@std/assert";
import { COMPRESS } from "../../support/compress.ts";
import { runMillrace } from "../../support/millrace.ts";
import { startServer } from "../../../src/server.ts";
import { TempFiles } from "../../support/temp_files.ts";

// Counting here and counting on a server print the same bytes.

const TEXT = `The cat, the hat\r\nand "the bat", =sum(1)\n\tNaïve 世界 e\u0301 \u0007bell\n`.repeat(
  50,
);

/** What of a JSON document depends on the machine. */
const OF_MACHINE = ["ms", "workers", "chunks", "attempts", "accounting"];

const FORMS = ["json", "ndjson", "csv", "tsv", "arrow", "uniq", "table"];

const OPTIONS: string[][] = [
  ["-k", "3"],
  ["--top", "all", "--order", "key"],
  ["-t", "lines", "-k", "0"],
  ["-n", "2", "--min", "2", "--line-bound"],
  ["-s", "en", "--prefix", "B", "--case", "fold"],
];

function comparable(form: string, bytes: Uint8Array): unknown {
  if (form !== "json") return bytes;
  return JSON.parse(
    new TextDecoder().decode(bytes),
    (name, value) => OF_MACHINE.includes(name) ? undefined : value,
  );
}

async function assertSame(server: string, words: readonly string[], stdin?: string): Promise<void> {
  const form = words[words.indexOf("-f") + 1];
  const [here, there] = await Promise.all([
    runMillrace([...words, "-q"], { stdin }),
    runMillrace([...words, "-q", "--server", server], { stdin }),
  ]);
  assertEquals([here.code, here.said], [0, ""], words.join(" "));
  assertEquals([there.code, there.said], [0, ""], words.join(" "));
  assert(form === "json" || here.bytes.length > 0, words.join(" "));
  assertEquals(comparable(form, here.bytes), comparable(form, there.bytes), words.join(" "));
}

Deno.test("millrace prints the same bytes here and with --server, in every form", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const path = files.write("text.txt", TEXT);
  for (const form of FORMS) await assertSame(server.origin, [path, "-f", form]);
  for (const options of OPTIONS) await assertSame(server.origin, [path, "-f", "json", ...options]);
  await assertSame(server.origin, [path, "-f", "csv", "--csv-bom", "--csv-safe"]);
  await assertSame(server.origin, [path, "-f", "tsv", "--columns", "share,rank"]);
});

Deno.test("millrace prints the same bytes of any input here and with --server", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const bytes = new TextEncoder().encode(TEXT);
  const inputs = [
    files.write("text.txt", TEXT),
    files.write("text.gz", COMPRESS.gzip(bytes)),
    files.write("text.zst", COMPRESS.zstd(bytes)),
    files.write("text.br", COMPRESS.br(bytes)),
    files.write("marked.txt", `\ufeff${TEXT}`),
    files.write("empty.txt", ""),
  ];
  for (const input of inputs) await assertSame(server.origin, [input, "-f", "json"]);
  await assertSame(server.origin, [...inputs, "-f", "json"]);
  await assertSame(server.origin, ["-f", "json", "-"], TEXT);
  await assertSame(server.origin, [...inputs, "-f", "csv", "--per-file", "-k", "2"]);
  await assertSame(server.origin, [...inputs, "-f", "ndjson", "--total"]);
});
