import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { submitHeld } from "../../support/http/events.ts";
import { Terminal } from "../../support/terminal.ts";
import { cellsOf, type CommandsOfServer, createCommands } from "./support.ts";

const [A, B, C] = ["a", "b", "c"].map((digit) => `${digit}1111111-1111-4111-8111-111111111111`);

/** Begins a job and waits for its end. */
async function count({ test }: CommandsOfServer, id: string, text: string): Promise<void> {
  await (await test.app.request(`/v1/jobs/${id}`, { method: "PUT", body: text })).body?.cancel();
  await (await test.app.request(`/v1/jobs/${id}?wait=60`)).body?.cancel();
}

Deno.test("jobs list gives TSV in a pipe, and the server's document by --json", async () => {
  await using commands = await createCommands();
  assertEquals(await commands.run("jobs").then(({ code, out }) => [code, out]), [0, ""]);
  await count(commands, A, "b a b");
  await count(commands, B, "b");
  commands.test.engine.failure = new JobError("out_of_memory", "Cannot count: no memory");
  await count(commands, C, "b");
  const rows = cellsOf((await commands.run("jobs", "list")).out);
  assertEquals(rows.map(([id, state, , ...sums]) => [id, state, ...sums]), [
    [C, "failed", "1", "0", ""],
    [B, "done", "1", "0", "1"],
    [A, "done", "5", "0", "2"],
  ]);
  const failed = cellsOf((await commands.run("jobs", "list", "--state", "failed")).out);
  assertEquals(failed.map(([id]) => id), [C]);
  assertEquals(cellsOf((await commands.run("jobs", "list", "--limit", "2")).out).length, 2);
  const { out } = await commands.run("jobs", "list", "--json");
  const listed = await (await commands.test.app.request("/v1/jobs")).json();
  assertEquals(JSON.parse(out), listed);
});

Deno.test("jobs are named by their ids or the beginnings of these", async () => {
  await using commands = await createCommands();
  await count(commands, A, "b a b");
  await count(commands, A.replace("a1", "a2"), "b");
  const shown = await commands.run("jobs", "show", "A1", "--json");
  const answer = await commands.test.app.request(`/v1/jobs/${A}`);
  assertEquals([shown.code, shown.out], [0, await answer.text()]);
  const facts = new Map(cellsOf((await commands.run("jobs", "show", A)).out) as [string, string][]);
  assertEquals([facts.get("id"), facts.get("state"), facts.get("keys")], [A, "done", "2"]);
  assertStringIncludes(facts.get("options")!, "tokenizer=unicode");
  const rows: [string[], number, RegExp][] = [
    [["show", "a"], 2, /Cannot choose between 2 jobs that begin with 'a'\na[12]\S+ a[12]/],
    [["show", "b"], 1, /none begins with 'b'\nList them with: millrace jobs/],
    [["show", "what?"], 2, /'what\?' is no id/],
    [["show", B], 4, new RegExp(`Cannot find job '${B}'\nList them with: millrace jobs\nRequest `)],
    [["show"], 2, /missing required argument 'id'/],
    [["list", "--state", "lost"], 2, /Allowed choices are pending, running/],
    [["list", "--limit", "-1"], 2, /--limit/],
    [["lits"], 2, /lits/],
  ];
  for (const [words, code, says] of rows) {
    const run = await commands.run("jobs", ...words);
    assertEquals([words, run.code, run.out], [words, code, ""]);
    assertMatch(run.said, says);
  }
  const refused = await commands.run("jobs", "show", B, "--json");
  assertEquals([refused.code, JSON.parse(refused.said).type], [
    4,
    "urn:millrace:problem:unknown-job",
  ]);
});

Deno.test("jobs result gives the bytes of the server in each form", async () => {
  await using commands = await createCommands();
  const { app } = commands.test;
  await count(commands, A, "c b a b c b");
  for (const format of ["json", "ndjson", "csv", "tsv", "arrow"]) {
    const { code, bytes } = await commands.run("jobs", "result", "a1", "-f", format, "--top", "2");
    const answer = await app.request(`/v1/jobs/${A}/result?format=${format}&top=2`);
    assertEquals([code, bytes], [0, await answer.bytes()], format);
  }
  const all = await commands.run("jobs", "result", A, "-k", "all", "--columns", "rank,share");
  assertEquals(cellsOf(all.out).map(([key, count]) => [key, count]), [
    ["b", "3"],
    ["c", "2"],
    ["a", "1"],
  ]);
  const table = await commands.run("jobs", "result", A, "-f", "table", "--top", "1");
  assertEquals([table.out, table.said], [
    "KEY  COUNT\nb        3\n",
    "2 keys are not shown; --top all shows all\n",
  ]);
  const refused = await commands.run("jobs", "result", A, "--top", "many");
  assertEquals(refused.code, 4);
  assertStringIncludes(refused.said, "'top'");
});

Deno.test("jobs result writes a file whose name tells its form, or none", async () => {
  await using commands = await createCommands();
  await count(commands, A, "b a b");
  const folder = await Deno.makeTempDir();
  const written = await commands.run("jobs", "result", A, "-o", `${folder}/counts.csv`);
  assertEquals([written.code, written.out, written.said], [0, "", ""]);
  assertEquals(await Deno.readTextFile(`${folder}/counts.csv`), "key,count\r\nb,2\r\na,1\r\n");
  const bad = await commands.run("jobs", "result", A, "--top", "x", "-o", `${folder}/other.csv`);
  assertEquals(bad.code, 4);
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assertEquals(names, ["counts.csv"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("jobs result waits for a job's end, and fails as the job does", async () => {
  await using commands = await createCommands();
  const { path, letGo } = await submitHeld(commands.test);
  const id = path.split("/").at(-1)!;
  const running = commands.run("jobs", "result", id);
  letGo();
  assertEquals((await running).out, "b\t2\na\t1\n");
  commands.test.engine.failure = new JobError("out_of_memory", "Cannot count: no memory");
  await count(commands, B, "b");
  const { code, said } = await commands.run("jobs", "result", B);
  assertEquals(code, 1);
  assertEquals(
    said,
    `Job ${B} has failed: Cannot count: no memory\nLook with: millrace jobs show ${B}\n`,
  );
});

Deno.test("jobs cancel ends what runs, and jobs rm forgets what has ended", async () => {
  await using commands = await createCommands();
  await count(commands, A, "b");
  const { path } = await submitHeld(commands.test);
  const id = path.split("/").at(-1)!;
  const ended = await commands.run("jobs", "cancel", A);
  assertEquals(ended.code, 1);
  assertStringIncludes(ended.said, `Forget it with: millrace jobs rm ${A}`);
  const runs = await commands.run("jobs", "rm", A, id);
  assertEquals(runs.code, 1);
  assertStringIncludes(runs.said, `End it with: millrace jobs cancel ${id}`);
  assertEquals((await commands.test.app.request(`/v1/jobs/${A}`)).status, 200);
  const cancelled = await commands.run("jobs", "cancel", id);
  assertEquals([cancelled.code, cancelled.said], [0, `Job ${id} is cancelled\n`]);
  const forgotten = await commands.run("jobs", "rm", A);
  assertEquals([forgotten.code, forgotten.said], [0, `Job ${A} is forgotten\n`]);
  const { path: other } = await submitHeld(commands.test);
  assertEquals((await commands.run("jobs", "rm", "--force", other.split("/").at(-1)!)).code, 0);
  assertEquals((await commands.run("jobs")).out, "");
});

if (await Terminal.isThere()) {
  Deno.test("a table on a terminal shows keys by their width, and obeys none of them", async () => {
    await using commands = await createCommands();
    commands.test.engine.separator = / /;
    await count(commands, A, "世界 e\u0301 \x1b[31mred 世界");
    await using terminal = new Terminal(["jobs", "result", A], { env: commands.env });
    assertEquals(await terminal.ends(), 0);
    assertEquals(
      terminal.plain,
      [
        "KEY            COUNT",
        "世界               2",
        "\\u001b[31mred      1",
        "e\u0301                  1",
        "",
      ].join("\n"),
    );
    await using list = new Terminal(["jobs"], { env: commands.env });
    assertEquals(await list.ends(), 0);
    assertStringIncludes(list.output, "STATE");
    assertStringIncludes(list.output, A);
    await using arrow = new Terminal(["jobs", "result", A, "-f", "arrow"], { env: commands.env });
    assertEquals(await arrow.ends(), 2);
    assertStringIncludes(arrow.output, "it is binary");
  });
}
