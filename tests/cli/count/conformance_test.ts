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
const OF_MACHINE = ["ms", "workers", "chunks", "attempts", "accounting", "kernelUse"];

const FORMS = ["json", "ndjson", "csv", "tsv", "arrow", "uniq", "table"];

const OPTIONS: string[][] = [
  ["-k", "3"],
  ["--top", "all", "--order", "key"],
  ["-t", "lines", "-k", "0"],
  ["-n", "2", "--min", "2", "--line-bound"],
  ["-s", "en", "--prefix", "B", "--case", "fold"],
  ["--partition", "range", "--borders", "m", "-k", "2"],
];

/** A kernel of one's own. */
const SOURCE = `import { emit } from "millrace";

export class Options {
  field: i32 = 0;
}
export const options = new Options();

export function map(line: string): void {
  const fields = line.split(",");
  if (options.field < fields.length) emit(fields[options.field]);
}
`;

function comparable(form: string, bytes: Uint8Array): unknown {
  if (form !== "json") return bytes;
  return JSON.parse(
    new TextDecoder().decode(bytes),
    (name, value) => OF_MACHINE.includes(name) ? undefined : value,
  );
}

/** Runs a command here and then on a server, so that no compiler waits for another one. */
async function runBoth(server: string, words: readonly string[], stdin?: string) {
  const here = await runMillrace(words, { stdin });
  return [here, await runMillrace([...words, "--server", server], { stdin })];
}

async function assertSame(server: string, words: readonly string[], stdin?: string): Promise<void> {
  const form = words[words.indexOf("-f") + 1];
  const [here, there] = await runBoth(server, [...words, "-q"], stdin);
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

Deno.test("millrace names parts here as on a server: files, and stdin", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const inputs = ["é.txt", "b.txt", "empty.txt"].map((name, i) =>
    files.write(name, ["To be\nor not to be\n", "be", ""][i])
  );
  const byPart = ["-f", "csv", "--by", "part", "--order", "key"];
  for (const some of [inputs, inputs.slice(0, 1)]) {
    await assertSame(server.origin, [...some, ...byPart]);
    await assertSame(server.origin, [
      ...some,
      ...byPart,
      "--prefix",
      "B",
      "-s",
      "en",
      "--keep",
      "be",
    ]);
    await assertSame(server.origin, [...some, ...byPart, "--key", "record", "--records", "line"]);
    for (const form of ["json", "csv", "tsv"]) {
      const distinct = ["--key", "word", "--value", "part", "--agg", "distinct"];
      await assertSame(server.origin, [...some, ...distinct, "-f", form]);
    }
  }
  await assertSame(server.origin, [...byPart, "-"], TEXT);
  const { out } = await runMillrace([...byPart, "-q", ...inputs]);
  const [e, b] = inputs;
  assertEquals(
    out,
    `key1,key2,count\r\n${b},be,1\r\n${e},be,2\r\n${e},not,1\r\n${e},or,1\r\n${e},to,2\r\n`,
  );
});

Deno.test("millrace sends long lists to a server, and prints the same bytes", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const patterns = Array.from({ length: 10_000 }, (_, i) => `<${i} é,>`);
  const list = files.write("patterns.txt", `${patterns.join("\n")}\n1\r\n`.replace("<7 é,>\n", ""));
  const [path, other] = ["a.txt", "b.txt"].map((name) =>
    files.write(name, patterns.slice(0, 300).join(" 1\r\n"))
  );
  const asked = ["-t", "pattern", "--patterns-file", list, "-k", "0"];
  for (const form of ["json", "tsv"]) {
    await assertSame(server.origin, [path, ...asked, "-f", form]);
    await assertSame(server.origin, [path, other, ...asked, "--overlap", "all", "-f", form]);
  }
  await assertSame(server.origin, ["-", ...asked, "-f", "tsv"], "<1 é,>");
  await assertSame(server.origin, [path, other, ...asked, "--per-file", "-f", "csv"]);
  const words = patterns.map((_, i) => `w${i}`).join();
  await assertSame(server.origin, [path, "--stop-words", words, "-f", "json", "-k", "3"]);
});

Deno.test("millrace counts by a kernel here as on a server: of the library, a source, a module", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const table = files.write("table.csv", "a,1\nb,2\na,3\n");
  const empty = files.write("empty.csv", "");
  const source = files.write("fields.ts", SOURCE);
  const library = new URL("../../../assembly/compiled/library/", import.meta.url);
  const module = new URL("length.wasm", library).pathname;
  const sums = ["--kernel", "csv-group", "--option", "by=0", "--option", "sum=1"];
  for (const form of ["json", "ndjson", "csv", "arrow", "table"]) {
    await assertSame(server.origin, [table, ...sums, "-f", form]);
  }
  await assertSame(server.origin, [table, ...sums, "-k", "1", "-f", "json"]);
  await assertSame(server.origin, [table, ...sums, "--total", "-f", "json"]);
  await assertSame(server.origin, [table, "--kernel", source, "--option", "field=1", "-f", "json"]);
  await assertSame(server.origin, [table, "--kernel", module, "-f", "json"]);
  await assertSame(server.origin, [table, "--kernel", module, "-f", "uniq"]);
  await assertSame(server.origin, [table, "--kernel", "distinct-field", "-f", "json"]);
  for (const form of ["json", "csv"]) {
    await assertSame(server.origin, [empty, ...sums, "-f", form]);
  }
  const { code, out } = await runMillrace([table, ...sums, "-q"]);
  assertEquals([code, out], [0, "a\t4\nb\t2\n"]);
});

Deno.test("millrace names file, line and byte of what is broken, here and with --server", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const row = "a,1\n".repeat(40_000);
  const open = files.write("open.csv", `${row}b,"1\n${row}`);
  const json = files.write("lines.ndjson", '{"a":1}\n\n{"a":é}\n');
  const [good, other] = ["good.csv", "other.csv"].map((name, i) =>
    files.write(name, i === 0 ? "k,v\na,1\n" : "v,k\na,1\n")
  );
  const broken = "Cannot count: the record that byte";
  const commands: [words: string[], code: number, said: string][] = [
    [
      ["--key", "column(2)", open],
      1,
      `${open}:40001:3: ${broken} 160000 begins is broken: a quote`,
    ],
    [
      ["--key", "column(2)", good, open],
      3,
      `${open}:40001:3: ${broken} 160000 begins is broken: a`,
    ],
    [
      ["--key", "json($.a)", json],
      1,
      `${json}:3:6: ${broken} 9 begins is broken: it is no JSON; --on`,
    ],
    [
      ["--key", "column(k)", good, other],
      3,
      `${other}:1: Cannot count texts of unlike columns: 'k'`,
    ],
    [
      ["--key", "column(x)", good],
      1,
      `${good}:1: Cannot find column 'x' in the header; it has 2: k, v`,
    ],
    [["--key", "json($.a)", "-"], 1, `stdin:2:6: ${broken} 8 begins is broken: it is no JSON`],
  ];
  for (const [words, code, said] of commands) {
    const stdin = words.includes("-") ? '{"a":1}\n{"a":}\n' : undefined;
    const [here, there] = await runBoth(server.origin, ["-q", ...words], stdin);
    assertEquals([here.code, here.said.slice(0, said.length)], [code, said]);
    assertEquals([there.code, there.said], [code, here.said]);
  }
});

Deno.test("millrace counts the rest where inputs are damaged, here and with --server", async () => {
  await using server = await startServer({ port: 0 });
  using files = new TempFiles();
  const good = files.write("good.txt", "a a b");
  const cut = COMPRESS.gzip(new TextEncoder().encode("lost")).subarray(0, 15);
  const inputs = [
    files.write("broken.gz", cut),
    good,
    files.write("invalid.txt", Uint8Array.of(0x61, 0xff)),
    files.write("a.zip", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)),
    files.write("broken.bz2", new TextEncoder().encode("BZh91AY&SYdamaged")),
  ];
  const commands: [words: string[], code: number, out: string, failures: number][] = [
    [inputs, 3, "a\t2\nb\t1\n", 4],
    [["--per-file", ...inputs], 3, `${good}\ta\t2\n${good}\tb\t1\n`, 4],
    [[...inputs.slice(0, 2), "--strict"], 1, "", 1],
    [inputs.filter((input) => input !== good), 1, "", 1],
    [inputs.slice(0, 1), 1, "", 1],
  ];
  for (const [words, code, out, failures] of commands) {
    const [here, there] = await runBoth(server.origin, ["--invalid", "reject", "-q", ...words]);
    assertEquals([here.code, here.out], [code, out], words.join(" "));
    assertEquals(here.said.match(/^Cannot /gm)?.length, failures, here.said);
    assertEquals([there.code, there.out, there.said], [code, out, here.said], words.join(" "));
  }
});
