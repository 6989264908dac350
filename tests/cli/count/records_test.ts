import { assertEquals, assertStringIncludes } from "@std/assert";
import { flagOf } from "../../../src/cli/count/flags.ts";
import type { CountOptions } from "../../../src/contract/options.ts";
import { startServer } from "../../../src/server.ts";
import { runMillrace } from "../../support/millrace.ts";
import { RECORD_SAMPLES } from "../../support/record_samples.ts";
import { TempFiles } from "../../support/temp_files.ts";

function wordsOf(asked: Partial<CountOptions>): string[] {
  return Object.entries(asked).flatMap(([name, value]) =>
    value === true ? [flagOf(name)] : [flagOf(name), textOf(name, value)]
  );
}

function textOf(name: string, value: unknown): string {
  return name === "patterns" ? (value as string[]).join("\n") : String(value);
}

Deno.test("millrace answers what is asked of records, here and by a server", async () => {
  using files = new TempFiles();
  await using server = await startServer({ port: 0, workers: 1 });
  for (const [i, { name, text, asked, csv }] of RECORD_SAMPLES.entries()) {
    const path = files.write(`${i}.txt`, text);
    const words = ["-f", "csv", "-q", ...wordsOf(asked)];
    assertEquals((await runMillrace([...words, path])).out, csv, name);
    const remote = await runMillrace([...words, "--server", server.origin, path]);
    assertEquals(remote.out, csv, name);
  }
});

Deno.test("millrace takes keys out of large files, which threads read where they are", async () => {
  using files = new TempFiles();
  const path = files.write("large.log", "a 200 5\nb 404 7\n-\n".repeat(30_000));
  const words = ["--key", "field(2)", "--value", "field(3)", "-f", "csv", path];
  const { out, said } = await runMillrace(words);
  assertEquals(out, "key,value\r\n404,210000\r\n200,150000\r\n");
  assertStringIncludes(said, "of 90,000 records: 30,000 without a key");
});

const SALES = "order,country,sum\n1,FR,2.50\n2,,3\n3,FR,x\n4,DE,1\n";

Deno.test("millrace says on its last line what of the records was not counted", async () => {
  using files = new TempFiles();
  await using server = await startServer({ port: 0, workers: 1 });
  const path = files.write("sales.csv", SALES);
  const words = ["--key", "column(country)", "--value", "column(sum)", path];
  for (const place of [[], ["--server", server.origin]]) {
    const { out, said } = await runMillrace([...words, ...place]);
    assertEquals(out, "FR\t2.50\nDE\t1\n");
    assertStringIncludes(said, "of 4 records: 1 without a key, 1 without a number");
  }
  const broken = files.write("broken.csv", '1\n2\n"3\n');
  const { said } = await runMillrace(["--key", "column(1)", "--on-error", "skip", broken]);
  assertStringIncludes(said, "2 keys, 2 records; of 3 records: 1 broken (at byte 4)");
});

Deno.test("millrace shows a column for each part of a key and each number", async () => {
  using files = new TempFiles();
  const path = files.write("sales.csv", SALES);
  const words = ["--key", "column(country),column(1)", "--header", "--order", "key", path];
  assertEquals(
    (await runMillrace(["-f", "table", ...words])).out,
    "key1  key2  count\nDE    4         1\nFR    1         1\nFR    3         1\n",
  );
  const sums = ["--value", "column(sum)", "--agg", "min", "--agg", "max"];
  assertEquals(
    (await runMillrace(["-f", "csv", "--per-file", ...sums, ...words])).out,
    `file,key1,key2,min,max\r\n${path},DE,4,1,1\r\n${path},FR,1,2.50,2.50\r\n`,
  );
  const { code, said } = await runMillrace(["-f", "uniq", ...words]);
  assertEquals(code, 2);
  assertStringIncludes(said, "Cannot write uniq: it has a count and one key alone");
});

Deno.test("millrace looks for the patterns of a file, and for those that are said", async () => {
  using files = new TempFiles();
  const path = files.write("access.log", "GET /a, b\nGET /\n a\n");
  const list = files.write("patterns.txt", "/a, b\nPOST\n a\n");
  const words = ["-t", "pattern", "--patterns", "GET", "--patterns-file", list, path];
  const { out, said } = await runMillrace(words);
  assertEquals(out, "GET\t2\n a\t1\n/a, b\t1\n");
  assertStringIncludes(said, "3 keys");
  const all = files.write("many.txt", Array.from({ length: 10_000 }, (_, i) => `${i} `).join("\n"));
  const text = files.write("numbers.txt", "12345 7 \n");
  const many = ["-t", "pattern", "--patterns-file", all, "--overlap", "all", text];
  assertEquals((await runMillrace(many)).out, "2345 \t1\n345 \t1\n45 \t1\n5 \t1\n7 \t1\n");
  const none = await runMillrace(["-t", "pattern", "--patterns-file", `${list}x`, path]);
  assertEquals(none.code, 2);
  assertStringIncludes(none.said, "Cannot read --patterns-file: ");
  assertStringIncludes(none.said, "there is no such file");
});

const MISTAKES: [words: string[], said: string, code: number][] = [
  [
    ["--key", "column(contry)"],
    "sales.csv:1: Cannot find column 'contry' in the header; the nearest is",
    1,
  ],
  [["--key", "colum(1)"], "Cannot read --key: 'colum(1)': at character 1 'c' stands", 2],
  [["--value", "column(1)"], "Cannot use --value: it is for keys of records; --key says", 2],
  [
    ["--key", "column(1)", "--value", "column(3)", "-m", "2"],
    "Cannot use --min: keys have values, and no least count",
    2,
  ],
  [["--key", "regex((a)"], "Cannot read --key", 2],
  [["-t", "pattern"], "Cannot use --tokenizer: there is nothing to look for; --patterns names", 2],
  [["--patterns", "a"], "Cannot use --patterns: tokenizer=unicode does not read it", 2],
  [["--key", "regex(a**)"], "Cannot use --key: at character 4 of 'a**'", 2],
];

for (const [words, expected, code] of MISTAKES) {
  Deno.test(`millrace ${words.join(" ")} is refused`, async () => {
    using files = new TempFiles();
    const path = files.write("sales.csv", SALES);
    const run = await runMillrace([...words, path]);
    assertStringIncludes(run.said, expected);
    assertEquals(run.code, code, run.said);
  });
}

Deno.test("millrace names the columns of an empty file as those of any other", async () => {
  using files = new TempFiles();
  await using server = await startServer({ port: 0, workers: 1 });
  const words = ["--key", "column(1),column(2)", "--value", "column(3)", "--agg", "min,max"];
  const path = files.write("empty.csv", "");
  for (const place of [[], ["--server", server.origin]]) {
    const { out, code } = await runMillrace(["-f", "csv", ...words, ...place, path]);
    assertEquals([code, out], [0, "key1,key2,min,max\r\n"]);
  }
  const { out } = await runMillrace(["-f", "json", ...words, path]);
  const { values, keyParts, records } = JSON.parse(out);
  assertEquals({ values, keyParts, records }, {
    values: { op: "stats", aggs: ["min", "max"] },
    keyParts: 2,
    records: { records: 0, missing: 0, notNumbers: 0, skipped: 0, skippedAt: [] },
  });
});
