import { assert, assertEquals, assertMatch } from "@std/assert";
import { startBothWays } from "../../support/both_ways.ts";
import { runMillrace } from "../../support/millrace.ts";

const TEXT = "The cat sat on the mat, the other cat sat on it.";
const USUAL = "the\t600\non\t200\nit\t100\ncat\t1\nof\t99\n";

/** The texts, and a server that compares them as well. */
async function start() {
  const test = await startBothWays("compare");
  const { files } = test;
  return { ...test, a: files.write("a.txt", TEXT), b: files.write("b.tsv", USUAL) };
}

Deno.test("millrace compare prints here what a server prints, to the byte, in every form", async () => {
  await using test = await start();
  const { a, b, here, there } = test;
  const forms = { tsv: "g2", csv: "logRatio", ndjson: "chi2", arrow: "diff", table: "chi2" };
  for (const [form, measure] of Object.entries(forms)) {
    const words = [a, b, "-f", form, "--measure", measure, "-k", "4"];
    const [ours, theirs] = await Promise.all([here(...words), there(...words)]);
    assertEquals([ours.code, ours.said], [theirs.code, theirs.said]);
    assert(ours.code === 0 && ours.bytes.length > 0, ours.said);
    assertEquals(ours.bytes, theirs.bytes, `${form} ${measure}`);
  }
  const [ours, theirs] = [await here(a, b, "-f", "json"), await there(a, b, "-f", "json")]
    .map(({ out }) => JSON.parse(out));
  assertEquals(ours.rows, theirs.rows);
  assertEquals([ours.a.counted, ours.b.counted, ours.measure], [12, 1000, "g2"]);
});

Deno.test("millrace compare shows the keys of one side, or those that begin so", async () => {
  await using test = await start();
  const keysOf = async (...words: string[]) =>
    (await test.here(test.a, test.b, ...words)).out.trimEnd().split("\n")
      .map((row) => row.split("\t")[0]).sort();
  assertEquals(await keysOf("--in", "a"), ["mat", "other", "sat"]);
  assertEquals(await keysOf("--in", "b"), ["of"]);
  assertEquals(await keysOf("--in", "both"), ["cat", "it", "on", "the"]);
  assertEquals(await keysOf("--prefix", "O"), ["of", "on", "other"]);
});

Deno.test("millrace compare counts both texts by the same options, and takes stdin", async () => {
  await using test = await start();
  const words = ["compare", "-", test.a, "-n", "2", "--in", "b", "-k", "1"];
  const { out } = await runMillrace(words, { stdin: "the cat sat on a log" });
  assertEquals(out.split("\t").slice(0, 3), ["mat the", "0", "1"]);
  const lines = ["compare", "--from", "text", "-t", "lines", "-", test.b, "--in", "a"];
  const { out: line } = await runMillrace(lines, { stdin: "the\t600\nnot\t1\n" });
  assertEquals(line.split("\t").slice(0, 2), ["not", "1"]);
});

Deno.test("millrace compare says what is wrong, and what to do", async () => {
  await using test = await start();
  const { a, b, files, env } = test;
  const empty = files.write("empty.tsv", "");
  const rows: [words: string[], code: number, said: RegExp][] = [
    [[a], 2, /missing required argument 'b'/],
    [[a, b, "--measure", "g3"], 2, /Cannot read --measure: 'g3' is not one of 'g2'/],
    [[a, b, "-f", "uniq"], 2, /uniq/],
    [["-", "-"], 2, /Cannot read stdin twice/],
    [[a, b, "--memory", "1"], 2, /Cannot read --memory: '1' is less than 8MiB/],
    [[a, empty], 1, /empty\.tsv': there is nothing to count in it/],
    [[a, `${b}x`], 1, /there is none/],
    [[a, b, "--from", "tsv"], 1, /line 1 has no TAB, in '.*a\.txt'/],
  ];
  for (const [words, code, said] of rows) {
    const run = await runMillrace(["compare", ...words]);
    assertEquals([words, run.code, run.out], [words, code, ""], run.said);
    assertMatch(run.said, said);
  }
  const refused = await runMillrace(["compare", a, "ffffffff"], { env });
  assertEquals([refused.code, refused.out], [1, ""]);
  assertMatch(refused.said, /none begins with 'ffffffff'/);
});
