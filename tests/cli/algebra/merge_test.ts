import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startServer } from "../../../src/server.ts";
import { COMPRESS } from "../../support/compress.ts";
import { runMillrace } from "../../support/millrace.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { TempFiles } from "../../support/temp_files.ts";

const TSV = "be\t2\nTo\t3\n";
const encoder = new TextEncoder();

Deno.test("millrace merge reads lists in every form, by their names or beginnings", async () => {
  using files = new TempFiles();
  const forms: Record<string, string | Uint8Array> = {
    "a.tsv": TSV,
    "a": "be\t2\r\nTo\t3",
    "a.csv": 'key,count\r\n"be",2\r\nTo,3\r\n',
    "b": "key,count\nbe,2\nTo,3\n",
    "b.csv": '"key","count"\n"be","2"\n"To","3"\n',
    "g": '"key",count\r\n"be",2\r\n"To",3\r\n',
    "b.ndjson": '{"key":"be","count":2}\n\n \t\r\n{"key":"To","count":3}\n ',
    "a.jsonl": '{"key":"be","count":2}\n{"key":"To","count":3}\n',
    "c": '{"count":2,"key":"be"}\n{"key":"To","count":3,"share":0.6}\n',
    "a.json": '{"counts":[{"key":"be","count":2},{"key":"To","count":3}],"otherKeys":0}',
    "d": '{ "totals": {}, "counts": [{"key":"be","count":2},{"key":"To","count":3}]}\n',
    "e": "      2 be\n      3 To\n",
    "f": "      2 be\n      3 To",
    "a.tsv.gz": COMPRESS.gzip(encoder.encode(TSV))!,
  };
  for (const [name, content] of Object.entries(forms)) {
    const { code, out, said } = await runMillrace(["merge", files.write(name, content)]);
    assertEquals([name, code, out, said], [name, 0, "To\t3\nbe\t2\n", ""]);
  }
  const paths = Object.keys(forms).map((name) => `${files.path}/${name}`);
  const { out } = await runMillrace(["merge", "-", ...paths], { stdin: "      5 or\n" });
  assertEquals(out, "To\t42\nbe\t28\nor\t5\n");
  const forced = await runMillrace(["merge", "--from", "uniq", "-"], { stdin: "12 a b\n1 c" });
  assertEquals(forced.out, "a b\t12\nc\t1\n");
});

Deno.test("millrace merge adds up counts of many keys exactly, with weights, in each order and form", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  using files = new TempFiles();
  const sums = new Map<string, number>();
  const weights = [3, 1, 250];
  const paths = weights.map((weight, list) => {
    const rows = Array.from({ length: 3000 }, (_, i) => {
      const row: [string, number] = [`k${list * 1000 + i} \u{e9}`, 1 + random.below(900)];
      sums.set(row[0], (sums.get(row[0]) ?? 0) + weight * row[1]);
      return row;
    });
    return files.write(`${list}.tsv`, rows.map((row) => `${row.join("\t")}\n`).join(""));
  });
  const merge = async (...words: string[]) =>
    (await runMillrace(["merge", "--weights", weights.join(), ...paths, ...words])).out;
  const byKey = [...sums].sort(([a], [b]) => a < b ? -1 : 1);
  const expected = byKey.map((row) => `${row.join("\t")}\n`).join("");
  assertEquals(await merge("-k", "all", "--order", "key"), expected, `seed ${seed}`);
  const ranked = byKey.toSorted(([, a], [, b]) => b - a).slice(0, 5);
  const { counts, totals, otherKeys } = JSON.parse(await merge("-k", "5", "-f", "json"));
  assertEquals(counts, ranked.map(([key, count]) => ({ key, count })), `seed ${seed}`);
  assertEquals([totals.keys, otherKeys], [sums.size, sums.size - 5]);
  assertEquals(totals.counted, [...sums.values()].reduce((sum, each) => sum + each));
  const uniq = await merge("-k", "all", "-f", "uniq");
  const again = await runMillrace(["merge", "-k", "all", "--order", "key", "-"], { stdin: uniq });
  assertEquals(again.out, expected, `seed ${seed}`);
  const shares = await merge("-k", "1", "-f", "csv", "--columns", "share");
  assertEquals(shares.split("\n")[1].split(",")[1], String(ranked[0][1]));
});

Deno.test("millrace merge says what is wrong with a list or an option, and what to do", async () => {
  using files = new TempFiles();
  const path = files.write("a.tsv", TSV);
  const text = files.write("text", "to be or not to be\n");
  const rows: [words: string[], stdin: string, code: number, said: RegExp][] = [
    [[], "", 2, /missing required argument/],
    [[text], "", 1, /Cannot tell how '.*text' is written.*\n.*--from/],
    [[`${path}x`], "", 1, /Cannot read '.*a\.tsvx': there is none/],
    [[files.path], "", 1, /Cannot read '.*': it is a folder/],
    [["-", "--from", "tsv"], "a\t1\nb\n", 1, /line 2 has no TAB, in '-'/],
    [["-", "--from", "uniq"], "   1 a\nb\n", 1, /'-': line 2 is no row of uniq -c/],
    [["-", "--from", "json"], "{}", 1, /'-' as the JSON of a result: it has no 'counts'/],
    [["-", "--from", "json"], "{", 1, /'-' as the JSON of a result/],
    [["-", "-"], "", 2, /Cannot read stdin twice/],
    [[path, "--weights", "1.5"], "", 2, /--weights: '1\.5' is not an integer from 1/],
    [[path, "--weights", "1,2"], "", 2, /--weights: it has 2 numbers for 1 results/],
    [[path, "--weights", "9007199254740991"], "", 1, /beyond 9007199254740991/],
    [[path, "--top", "-1"], "", 2, /--top/],
    [[path, "--workers", "0"], "", 2, /Cannot read --workers: '0' is not a number from 1 to 64/],
    [[path, "--workers", "64", "--memory", "64MiB"], "", 2, /Cannot count by 64 threads in 64MiB/],
    [[path, "--memory", "1GB", "--server", "http://x"], "", 2, /Cannot use --memory: .* server/],
    [[path, "-f", "uniq", "--min", "2"], "", 2, /Cannot use --min: uniq/],
    [[path, "-f", "uniq", "--max", "2"], "", 2, /Cannot use --max: uniq/],
    [[path, "-f", "json", "--csv-bom"], "", 2, /csvBom|csv-bom/],
    [[path, "--order", "key", "--columns", "rank"], "", 2, /knows no rank/],
  ];
  for (const [words, stdin, code, said] of rows) {
    const run = await runMillrace(["merge", ...words], { stdin });
    assertEquals([words, run.code, run.out], [words, code, ""], run.said);
    assertMatch(run.said, said);
    assert(!run.said.includes("    at "), run.said);
  }
  const bounded = ["merge", path, "--workers", "1", "--memory", "64MiB"];
  assertEquals((await runMillrace(bounded)).out, "To\t3\nbe\t2\n");
  const nothing = await runMillrace(["merge", "-", path], { stdin: "" });
  assertEquals([nothing.code, nothing.out], [0, "To\t3\nbe\t2\n"]);
});

Deno.test("millrace merge says that a document was cut", async () => {
  const stdin = '{"counts":[{"key":"a","count":2}],"otherKeys":7}';
  const { code, out, said } = await runMillrace(["merge", "-"], { stdin });
  assertEquals([code, out], [0, "a\t2\n"]);
  assertStringIncludes(said, "'-' leaves out 7 of its keys");
});

Deno.test("millrace merge puts jobs of a server and files together", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  using files = new TempFiles();
  const path = files.write("a.tsv", TSV);
  const env = { MILLRACE_SERVER: server.origin };
  const stdin = "to be to";
  const { out: id } = await runMillrace(["count", "--detach", "-q", "-"], { stdin, env });
  const merge = (...words: string[]) => runMillrace(["merge", ...words], { env });
  const { code, out, said } = await merge(id.trim(), path, "--weights", "10,1", "-c", "fold");
  assertEquals([code, out], [0, "to\t23\nbe\t12\n"]);
  const [, job] = /^The server keeps it: millrace jobs result (\S+)\n$/.exec(said)!;
  assertEquals((await runMillrace(["jobs", "result", job], { env })).out, out);
  const uniq = await merge(id.trim().slice(0, 8), "-f", "uniq", "-q", "-k", "1");
  assertEquals([uniq.out, uniq.said], ["      2 to\n", ""]);
  const unlike = await merge(id.trim(), path);
  assertEquals([unlike.code, unlike.out], [4, ""]);
  assertMatch(unlike.said, /'case' is "fold" in one and "preserve" in another\nLists are made/);
  const broken = await merge(path, files.write("b.tsv", "a\t1\nb\n"));
  assertEquals([broken.code, broken.out], [4, ""]);
  assertMatch(broken.said, /line 2 has no TAB, in '.*b\.tsv'\nRequest /);
  const cut = await merge(
    path,
    files.write("c.gz", COMPRESS.gzip(encoder.encode(TSV))!.slice(0, -6)),
  );
  assertEquals([cut.code, cut.out], [1, ""]);
  assertMatch(cut.said, /it ends early, in '.*c\.gz'/);
  const unknown = await merge("ffffffff", path);
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.said, "none begins with 'ffffffff'");
});

Deno.test("millrace merge shows the parts of keys apart, and none of them as uniq", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const env = { MILLRACE_SERVER: server.origin };
  const count = ["count", "--detach", "-q", "--key", "column(1),column(2)", "-"];
  const { out: id } = await runMillrace(count, { stdin: "x,y\nx,z\nx,y\n", env });
  const merge = (form: string) =>
    runMillrace(["merge", "-q", id.trim(), id.trim(), "-f", form], { env });
  const { code, out } = await merge("table");
  assertEquals([code, out], [0, "KEY1  KEY2  COUNT\nx     y         4\nx     z         2\n"]);
  const uniq = await merge("uniq");
  assertEquals([uniq.code, uniq.out], [2, ""]);
  assertStringIncludes(uniq.said, "Cannot write keys of several parts as uniq");
});

Deno.test("millrace merge says the same of lists of any order and form, and of many rows", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  using files = new TempFiles();
  const sums = new Map<string, number>();
  const weights = [2, 1, 1, 9];
  const paths = weights.map((weight, list) => {
    const rows = Array.from({ length: 15_000 }, (): [string, number] => {
      const row: [string, number] = [
        `${random.pick(["", "key ", "\u{e9}"])}${random.below(20_000)}`,
        1 + random.below(random.oneIn(9) ? 2 ** 31 : 5),
      ];
      sums.set(row[0], (sums.get(row[0]) ?? 0) + weight * row[1]);
      return row;
    });
    if (list < 2) rows.sort(([a], [b]) => a < b ? -1 : 1);
    return list === 3
      ? files.write("3.csv", rows.map((row) => `${row.join()}\r\n`).join(""))
      : files.write(`${list}.tsv`, rows.map((row) => `${row.join("\t")}\n`).join(""));
  });
  const byKey = [...sums].sort(([a], [b]) => a < b ? -1 : 1);
  const text = (rows: [string, number][]) => rows.map((row) => `${row.join("\t")}\n`).join("");
  const merge = async (
    ...words: string[]
  ) => (await runMillrace(["merge", "-k", "all", "--weights", weights.join(), ...words, ...paths]));
  assertEquals((await merge("--order", "key")).out, text(byKey), `seed ${seed}`);
  const byCount = byKey.toSorted(([, a], [, b]) => b - a);
  assertEquals((await merge()).out, text(byCount), `seed ${seed}`);
  files.write("2.tsv", `${Deno.readTextFileSync(paths[2])}odd\n`);
  const { code, out, said } = await merge();
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(said, "line 15001 has no TAB, in '");
  assertStringIncludes(said, "2.tsv'");
});

Deno.test("millrace merge refuses sums that no count can tell", async () => {
  using files = new TempFiles();
  const paths = ["a", "b"].map((name) => files.write(`${name}.tsv`, `k\t${2 ** 52}\n`));
  const { code, said } = await runMillrace(["merge", "--weights", "1,1", ...paths]);
  assertEquals(code, 1);
  assertStringIncludes(said, "the sum of 'tokens' is beyond 9007199254740991");
  const list = files.write("c.tsv", `k\t${Number.MAX_SAFE_INTEGER}\nl\t1\n`);
  const { said: own } = await runMillrace(["merge", list]);
  assertStringIncludes(own, "the sum of the list's counts is beyond 9007199254740991, in '");
});
