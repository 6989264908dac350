import { assert, assertEquals, assertMatch } from "@std/assert";
import { startBothWays } from "../../support/both_ways.ts";
import { runMillrace } from "../../support/millrace.ts";

const TEXT = "Runs running RUN walks walked walking sleep house houses ran";
const TABLE = "ran\trun\nRuns\trun\nrunning\trun\n";

/** Files, and a server that counts as the command does. */
async function start() {
  const test = await startBothWays();
  const { files } = test;
  const lemmas = `lemma(${files.write("lemmas.tsv", TABLE)})`;
  return { ...test, text: files.write("a.txt", TEXT), lemmas };
}

Deno.test("millrace --group prints here what a server prints, to the byte, in every form", async () => {
  await using test = await start();
  const { text, lemmas, there } = test;
  const groups = ["stem(en)", lemmas];
  for (const form of ["tsv", "csv", "ndjson", "arrow", "table", "uniq"]) {
    for (const group of groups) {
      const words = [text, "-q", "-f", form, "--group", group];
      const [ours, theirs] = await Promise.all([runMillrace(words), there(...words)]);
      assertEquals([ours.code, ours.said], [theirs.code, theirs.said]);
      assert(ours.code === 0 && ours.bytes.length > 0, ours.said);
      assertEquals(ours.bytes, theirs.bytes, `${form} ${group}`);
    }
  }
  const words = [text, "-q", "-f", "json", "--group", "stem(en)", "-k", "1", "-m", "2"];
  const [ours, theirs] = [await runMillrace(words), await there(...words)]
    .map(({ out }) => JSON.parse(out));
  assertEquals(ours.counts, [{ key: "run", count: 3 }]);
  assertEquals([ours.counts, ours.totals, ours.options], [
    theirs.counts,
    theirs.totals,
    theirs.options,
  ]);
});

Deno.test("millrace --group takes a table from a file, or from a server's job", async () => {
  await using test = await start();
  const { text, lemmas, files, env, there } = test;
  const counted = await runMillrace([text, "-q", "-k", "2", "--group", lemmas]);
  assertEquals(counted.out, "run\t4\nhouse\t1\n", counted.said);
  const total = await runMillrace([text, "-q", "--total", "-f", "json", "--group", "stem(en)"]);
  assertEquals(JSON.parse(total.out).keys, 5);
  const listed = files.write("c.tsv", "running\t3\nran\t4\n");
  const merge = ["merge", "-q", listed, listed, "--group", lemmas];
  assertEquals((await runMillrace(merge)).out, "run\t14\n");
  assertEquals((await there(...merge)).out, "run\t14\n");
  const stems = ["merge", "-q", listed, "--group", "stem(en)", "-f", "uniq"];
  assertEquals((await runMillrace(stems)).out, "      4 ran\n      3 running\n");
  assertEquals((await there(...stems)).out, "      4 ran\n      3 running\n");
  const { out: job } = await there("-q", "--detach", text);
  const result = ["jobs", "result", job.trim(), "-f", "tsv", "--top", "1", "--group"];
  assertEquals((await runMillrace([...result, lemmas], { env })).out, "run\t4\n");
  assertEquals((await runMillrace([...result, "stem(en)"], { env })).out, "run\t3\n");
});

Deno.test("millrace --group says what is wrong, and where", async () => {
  await using test = await start();
  const { text, files, there } = test;
  const bad = files.write("bad.tsv", "ran\trun\nmice\n");
  const rows: [words: string[], code: number, said: RegExp][] = [
    [["--group", "stem(xx)"], 2, /Cannot read --group: 'stem\(xx\)' is not stem\(LANGUAGE\)/],
    [["--group", `lemma(${bad})`], 1, /line 2 has no TAB, in '.*bad\.tsv'/],
    [["--group", "lemma(nowhere)"], 1, /nowhere/],
    [["--group", "stem(en)", "--key", "column(1),column(2)"], 2, /keys have several parts/],
    [["--group", "stem(en)", "--key", "column(1)", "--value", "column(2)"], 2, /have values/],
  ];
  for (const [words, code, said] of rows) {
    const runs = [await runMillrace([text, ...words]), await there(text, ...words)];
    runs.forEach((run, i) => {
      const expected = i === 1 && code === 1 ? 4 : code; // a server has refused it
      assertEquals([words, run.code, run.out], [words, expected, ""], run.said);
      assertMatch(run.said, said);
    });
  }
});
