import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { leftOut } from "../../support/left_out.ts";
import { spawnMillrace } from "../../support/millrace.ts";
import { TempFiles } from "../../support/temp_files.ts";
import { Terminal } from "../../support/terminal.ts";

const ignore = !await Terminal.isThere();

/** A key with a command for the terminal, wide and combining characters, and a long key. */
const TEXT = `世界 世界 世界 k\u0301ey k\u0301ey \x1b[31mred ${"long".repeat(30)}\n`;

Deno.test("on a terminal millrace prints a table that no key can break", { ignore }, async () => {
  using files = new TempFiles();
  files.write("text.txt", TEXT);
  await using terminal = new Terminal(["-t", "whitespace", "text.txt"], {
    columns: 40,
    cwd: files.path,
    env: { NO_COLOR: "" },
  });
  assertEquals(await terminal.ends(), 0);
  const lines = terminal.plain.split("\n");
  assertEquals(lines.slice(0, 4).map((line) => line.split(/ +/)), [
    ["key", "count"],
    ["世界", "3"],
    ["k\u0301ey", "2"],
    ["\\u001b[31mred", "1"],
  ]);
  assertEquals(lines.slice(0, 5).map(widthOf), [40, 40, 40, 40, 40], terminal.plain);
  assertMatch(lines[4], /^(long)+l?o?n?…  +1$/);
  assert(!terminal.output.includes("\x1b[31m"), "a key has coloured the terminal");
  assertStringIncludes(terminal.output, "\x1b[2mkey");
  assertMatch(terminal.plain, /4 keys, 7 words; /);
});

/** Columns of the characters above. */
function widthOf(line: string): number {
  return [...line].reduce((sum, c) => sum + (c === "\u0301" ? 0 : /[世界]/.test(c) ? 2 : 1), 0);
}

Deno.test(
  "rows of other forms do not command a terminal either, and NO_COLOR is heard",
  { ignore },
  async () => {
    using files = new TempFiles();
    files.write("text.txt", TEXT);
    const words = ["-t", "whitespace", "text.txt", "-q"];
    await using rows = new Terminal([...words, "-f", "tsv"], { cwd: files.path });
    assertEquals(await rows.ends(), 0);
    assertStringIncludes(rows.plain, "\\u001b[31mred\t1\n");
    await using table = new Terminal(words, { cwd: files.path });
    assertEquals(await table.ends(), 0);
    assertMatch(table.plain, /^key +count\n/);
    // deno-lint-ignore no-control-regex
    for (const { output } of [rows, table]) assert(!/\x1b\[\d*m/.test(output), output);
  },
);

Deno.test("millrace shows its help to who gives it nothing on a terminal, examples first", {
  ignore,
}, async () => {
  await using terminal = new Terminal([]);
  assertEquals(await terminal.ends(), 0);
  assertMatch(terminal.plain, /^Examples:\n {2}millrace moby\.txt/);
  assertStringIncludes(terminal.plain, "Usage: millrace");
});

Deno.test(
  "millrace tells on a terminal how far it is, and takes that away",
  { ignore },
  async () => {
    using files = new TempFiles();
    const pipe = makePipe(files);
    if (pipe === undefined) return leftOut("progress", "this system has no named pipes");
    await using terminal = new Terminal(["pipe", "-k", "1"], { cwd: files.path });
    using writer = await Deno.open(pipe, { write: true });
    await writer.write(new TextEncoder().encode("to be or "));
    await terminal.shows("B/s");
    await writer.write(new TextEncoder().encode("not to be"));
    writer.close();
    assertEquals(await terminal.ends(), 0);
    assertStringIncludes(terminal.output, "\x1b[?25h"); // the cursor is there again
    assertMatch(terminal.plain, /be +2\n1 of 4 keys shown, 33 % of 6 words; /);
  },
);

Deno.test(
  "Ctrl-C ends millrace with 130, and leaves no file and a cursor",
  { ignore },
  async () => {
    using files = new TempFiles();
    const pipe = makePipe(files);
    if (pipe === undefined) return leftOut("Ctrl-C", "this system has no named pipes");
    await using terminal = new Terminal(["pipe", "-o", "out.tsv"], { cwd: files.path });
    using writer = await Deno.open(pipe, { write: true });
    await writer.write(new TextEncoder().encode("to be or "));
    await terminal.shows("B/s");
    await terminal.type("\x03");
    assertEquals(await terminal.ends(), 130);
    assertStringIncludes(terminal.output, "\x1b[?25h");
    assertEquals([...Deno.readDirSync(files.path)].map(({ name }) => name), ["pipe"]);
  },
);

Deno.test("a reader that goes ends millrace without a word", async () => {
  using files = new TempFiles();
  const words = Array.from({ length: 100_000 }, (_, i) => `word${i}`);
  const path = files.write("text.txt", words.join(" "));
  const process = spawnMillrace([path, "-k", "all"], {
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const reader = process.stdout.getReader();
  assert(!(await reader.read()).done);
  await reader.cancel();
  const said = await new Response(process.stderr).text();
  assertEquals([(await process.status).code, said], [0, ""]);
});

function makePipe(files: TempFiles): string | undefined {
  const path = `${files.path}/pipe`;
  try {
    return new Deno.Command("mkfifo", { args: [path] }).outputSync().success ? path : undefined;
  } catch {
    return undefined;
  }
}
