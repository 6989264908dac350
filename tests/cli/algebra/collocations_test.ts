import { assert, assertEquals, assertMatch } from "@std/assert";
import { startBothWays } from "../../support/both_ways.ts";
import { runMillrace } from "../../support/millrace.ts";

const TEXT = "New York is not new, New York is New York.\nThe new tea is the best tea.";
const MORE = "Strong tea is not the new tea of New York.";

/** The texts, and a server that scores as the command does. */
async function start() {
  const test = await startBothWays("collocations");
  const { files } = test;
  return { ...test, a: files.write("a.txt", TEXT), b: files.write("b.txt", MORE) };
}

Deno.test("millrace collocations prints here what a server prints, to the byte, in every form", async () => {
  await using test = await start();
  const { a, b, here, there } = test;
  const forms = { tsv: "pmi", csv: "logDice", ndjson: "tScore", arrow: "pmi", table: "tScore" };
  for (const [form, score] of Object.entries(forms)) {
    for (const texts of [[a], [a, b]]) {
      const words = [...texts, "-f", form, "--score", score, "-m", "2", "-k", "3"];
      const [ours, theirs] = await Promise.all([here(...words), there(...words)]);
      assertEquals([ours.code, ours.said], [theirs.code, theirs.said]);
      assert(ours.code === 0 && ours.bytes.length > 0, ours.said);
      assertEquals(ours.bytes, theirs.bytes, `${form} ${texts.length}`);
    }
  }
  const [ours, theirs] = [await here(a, "-f", "json"), await there(a, "-f", "json")]
    .map(({ out }) => JSON.parse(out));
  assertEquals([ours.rows, ours.score, ours.min], [theirs.rows, "logDice", 1]);
  const { keys, counted } = theirs.job;
  assertEquals([ours.job.keys, ours.job.counted], [keys, counted]);
});

Deno.test("millrace collocations gives the bytes that the HTTP interface gives of a job", async () => {
  await using test = await start();
  const { a, here, there, origin } = test;
  const body = await Deno.readFile(a);
  const sent = await fetch(`${origin}/v1/jobs?n=2`, { method: "POST", body });
  const { id, links } = await sent.json();
  await (await fetch(`${origin}${links.self}?wait=60`)).body?.cancel();
  const query = "score=pmi&min=2&format=csv&prefix=New";
  const answer = await (await fetch(`${origin}${links.self}/collocations?${query}`)).text();
  assertEquals(answer.split("\r\n").length > 2, true, answer);
  const words = ["--score", "pmi", "--min", "2", "--prefix", "New", "-f", "csv"];
  assertEquals((await there(id, ...words)).out, answer);
  assertEquals((await here(a, ...words)).out, answer);
});

Deno.test("millrace collocations counts pairs of each text by itself, and takes lists of pairs", async () => {
  await using test = await start();
  const { a, b, here, files } = test;
  const rows = async (...words: string[]) =>
    (await here("-k", "all", "--score", "tScore", ...words)).out.trimEnd().split("\n")
      .map((row) => row.split("\t").slice(0, 2).join(" ")).sort();
  const both = await rows(a, b);
  assert(both.includes("new york 4") && both.includes("is not 2"), both.join());
  assert(!both.some((row) => row.startsWith("tea strong")), "a pair of both texts");
  const { out } = await runMillrace(["-q", "-n", "2", "-k", "all", "-f", "tsv", a]);
  const list = files.write("pairs.tsv", out);
  assertEquals(await rows(list), await rows(a));
  const { out: piped } = await runMillrace(["collocations", "-", "-k", "1"], { stdin: "x y x y" });
  assertEquals(piped.split("\t").slice(0, 2), ["x y", "2"]);
  const folded = await rows(a, "-c", "preserve", "--line-bound");
  assert(folded.includes("New York 3") && !folded.some((row) => row.startsWith("York The")));
});

Deno.test("millrace collocations says what is wrong, and what to do", async () => {
  await using test = await start();
  const { a, files, here, there, origin } = test;
  const words = files.write("words.tsv", "new\t3\nyork\t2\n");
  const rows: [words: string[], code: number, said: RegExp][] = [
    [[], 2, /missing required argument 'text'/],
    [[a, "--score", "dice"], 2, /Cannot read --score: 'dice' is not one of 'pmi'/],
    [[a, "--min", "-1"], 2, /Cannot read --min/],
    [[a, "-n", "3"], 2, /unknown option '-n'/],
    [[a, "-t", "lines"], 1, /lines may have blanks/],
    [["-", "-"], 2, /Cannot read stdin twice/],
    [[words], 1, /a key is not two words with one blank between them/],
    [[`${a}x`], 1, /there is none/],
  ];
  for (const [given, code, said] of rows) {
    const run = await here(...given);
    assertEquals([given, run.code, run.out], [given, code, ""], run.said);
    assertMatch(run.said, said);
  }
  const sent = await fetch(`${origin}/v1/jobs`, { method: "POST", body: TEXT });
  const { id } = await sent.json();
  const refused = await there(id);
  assertEquals([refused.code, refused.out], [4, ""]);
  assertMatch(refused.said, /its keys are of n=1, and pairs of n=2/);
});
