import { assertEquals } from "@std/assert";
import { curlOf, millraceOf } from "../../../src/page/app/client/command_lines.js";
import { DEFAULTS, type Options, type Source } from "../../../src/page/app/client/options.js";
import { startPageServer } from "../../support/http/browser.ts";
import { millraceCommand } from "../../support/millrace.ts";
import { TempFiles } from "../../support/temp_files.ts";

Deno.test("curlOf() quotes whatever a file is called", () => {
  const file = (name: string) => new File(["x"], name);
  const line = (...files: File[]) =>
    curlOf("http://x/v1/count", { ...DEFAULTS, top: "100" }, { kind: "files", files }, false);
  assertEquals(line(file("a.txt")), "curl -sT a.txt http://x/v1/count");
  assertEquals(line(file("it's $x")), `curl -sT 'it'\\''s $x' http://x/v1/count`);
  assertEquals(
    line(file('a"b'), file("c")),
    `curl -s -F 'file=@"a\\"b";type=text/plain' -F 'file=@"c";type=text/plain' http://x/v1/count`,
  );
  const url = { kind: "url", url: "https://y/'" } as const;
  assertEquals(
    curlOf("http://x/v1/count", { ...DEFAULTS, n: "2" }, url, true),
    `curl -s -H "Authorization: Bearer $KEY" --json '{"url":"https://y/'\\''"}' ` +
      `'http://x/v1/count?n=2&top=0'`,
  );
});

Deno.test("millraceOf() says what differs from the defaults, and no file as an option", () => {
  const files = [new File(["x"], "-n.txt"), new File(["x"], "a b")];
  assertEquals(
    millraceOf({ ...DEFAULTS, n: "2", stop: "en" }, { kind: "files", files }),
    "millrace count --n 2 --stop en --top 0 ./-n.txt 'a b'",
  );
  const source = { kind: "url", url: "https://y/?a=b&c" } as const;
  assertEquals(
    millraceOf({ ...DEFAULTS, top: "100" }, source),
    "millrace count 'https://y/?a=b&c'",
  );
});

/** Runs a line in a folder, where `millrace` is the command line of this very source. */
async function runLine(line: string, cwd: string): Promise<string> {
  const args = ["-c", `millrace() { ${millraceCommand([])} "$@"; }\n${line}`];
  const { stdout, success } = await new Deno.Command("sh", { args, cwd, stderr: "inherit" })
    .output();
  assertEquals(success, true, line);
  return new TextDecoder().decode(stdout);
}

Deno.test("curlOf() and millraceOf() count the same, by a shell", async () => {
  await using server = await startPageServer();
  using folder = new TempFiles();
  const address = `${server.origin}/v1/count`;
  const texts = {
    "it's.txt": "To be, or not to be: the question.",
    "-b.txt": "b a b\n$(x) ÄÖ äö\n",
  };
  for (const [name, text] of Object.entries(texts)) folder.write(name, text);
  const files = Object.entries(texts).map(([name, text]) => new File([text], name));
  const choices: [Partial<Options>, Source][] = [
    [{}, { kind: "files", files }],
    [{ n: "2", case: "fold", stop: "en" }, { kind: "files", files: files.slice(1) }],
    [{ tokenizer: "lines", top: "10" }, { kind: "files", files: files.slice(0, 1) }],
  ];
  for (const [changes, source] of choices) {
    const options = { ...DEFAULTS, ...changes };
    const answer = JSON.parse(await runLine(curlOf(address, options, source, false), folder.path));
    const printed = JSON.parse(
      await runLine(`${millraceOf(options, source)} -f json`, folder.path),
    );
    assertEquals(printed.counts, answer.counts);
    assertEquals(printed.totals, answer.totals);
  }
});
