import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMPRESS } from "../../support/compress.ts";
import { leftOut } from "../../support/left_out.ts";
import { startServer } from "../../../src/server.ts";
import { millraceCommand, runMillrace } from "../../support/millrace.ts";
import { TempFiles } from "../../support/temp_files.ts";

const encoder = new TextEncoder();

/** What a program of the system writes; undefined where there is no such program. */
async function outputOf(command: string, stdin: Uint8Array): Promise<Uint8Array | undefined> {
  const process = new Deno.Command("sh", {
    args: ["-c", command],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = process.stdin.getWriter();
  const written = writer.write(stdin as Uint8Array<ArrayBuffer>).then(() => writer.close())
    .catch(() => {});
  const { success, stdout } = await process.output();
  await written;
  return success ? stdout : undefined;
}

Deno.test("millrace FILE counts words, and prints TSV where nobody looks", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "to be or not to be");
  const { code, out, said } = await runMillrace([path, "-k", "2"]);
  assertEquals([code, out], [0, "be\t2\nto\t2\n"]);
  assertMatch(said, /^2 of 4 keys shown, 67 % of 6 words; [0-9.]+ s, .*B\/s\n$/);
  assertEquals((await runMillrace([path, "-q", "-k", "all"])).said, "");
});

Deno.test("-f uniq knows carriage returns and byte order marks as sort and uniq know them", async () => {
  const text = "\ufeffa\r\na\nb\r\nb\r\n";
  const run = async (...words: string[]) =>
    (await runMillrace(["-t", "lines", "-f", "uniq", ...words], { stdin: text })).bytes;
  const lines = (...rows: string[]) => encoder.encode(rows.map((row) => `      ${row}\n`).join(""));
  assertEquals(await run(), lines("2 b\r", "1 \ufeffa\r", "1 a"));
  assertEquals(await run("--bom", "skip"), lines("2 b\r", "1 a\r", "1 a"));
});

Deno.test("-f uniq prints what sort | uniq -c | sort -rn prints, byte for byte", async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i % 7} ${(i * i) % 5003} é${i % 11}`);
  const text = encoder.encode(`${lines.join("\n")}\n\nlast line without end`);
  const expected = await outputOf("LC_ALL=C; export LC_ALL; sort | uniq -c | sort -rn", text);
  if (expected === undefined) return leftOut("the rows of uniq", "there is no sort or uniq");
  const run = async (...words: string[]) =>
    (await runMillrace(["-t", "lines", "-f", "uniq", ...words], { stdin: text })).bytes;
  assertEquals(await run("-k", "all"), expected);
  const head = new TextDecoder().decode(expected).split("\n").slice(0, 10);
  assertEquals(new TextDecoder().decode(await run("-k", "10")), `${head.join("\n")}\n`);
});

Deno.test("millrace knows compressed inputs by their bytes, files and stdin alike", async () => {
  using files = new TempFiles();
  const text = encoder.encode("to be or not to be\n".repeat(1000));
  const inputs: [string, Uint8Array | undefined][] = [
    ["gz", COMPRESS.gzip(text)],
    ["zst", COMPRESS.zstd(text)],
    ["br", COMPRESS.br(text)],
    ["bz2", await outputOf("bzip2", text)],
    ["xz", await outputOf("xz", text)],
  ];
  for (const [ending, bytes] of inputs) {
    if (bytes === undefined) {
      leftOut(ending, "this machine has no program that writes it");
      continue;
    }
    const path = files.write(`text.${ending}`, bytes);
    assertEquals((await runMillrace([path, "-k", "1"])).out, "be\t2000\n", ending);
    if (ending === "br") continue; // known by its name alone
    const { out } = await runMillrace(["-k", "1", "-"], { stdin: bytes });
    assertEquals(out, "be\t2000\n", `${ending} on stdin`);
    const broken = files.write(`broken.${ending}`, bytes.subarray(0, bytes.length / 2));
    const { code, said } = await runMillrace([broken]);
    assertEquals(code, 1, ending);
    assertStringIncludes(said, broken);
    assert(!said.includes("    at "), said);
  }
});

Deno.test("millrace says that it lacks a check or a filter of xz, and calls no such file damaged", async () => {
  using files = new TempFiles();
  const sha256 =
    "/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQADYQpiCgCREWndqvFGr/U59YwmxImvO4kt/w/ig8HCZMZa5apZ" +
    "ogABNATFgsGcGJtLmgEAAAAAClla";
  const path = files.write("a.xz", Uint8Array.fromBase64(sha256));
  const { code, said } = await runMillrace([path]);
  assertEquals(code, 1);
  assertStringIncludes(said, "such as SHA-256, that is not known here; decompress it first");
});

Deno.test("millrace counts folders with -r, globs that no shell has expanded, and many inputs", async () => {
  using files = new TempFiles();
  Deno.mkdirSync(`${files.path}/sub/.git`, { recursive: true });
  files.write("a.txt", "a b");
  files.write("b.txt", "b");
  files.write("sub/c.md", "b c");
  files.write("sub/.hidden", "hidden");
  files.write("sub/.git/x", "hidden");
  files.write("sub/picture", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]));
  const count = (...words: string[]) => runMillrace(words, { cwd: files.path, stdin: "a" });
  const all = await count("-r", ".");
  assertEquals([all.code, all.out], [0, "b\t3\na\t1\nc\t1\n"]);
  assertStringIncludes(all.said, "1 file is no text");
  assertEquals((await count("*.txt")).out, "b\t2\na\t1\n");
  assertEquals((await count("a.txt", "-", "sub/c.md")).out, "a\t2\nb\t2\nc\t1\n");
  const folder = await count("sub");
  assertEquals(folder.code, 1);
  assertStringIncludes(folder.said, "Count what is in it, with -r");
});

Deno.test("millrace counts what it can read, and ends with 3; with --strict it counts nothing", async () => {
  using files = new TempFiles();
  const good = files.write("good.txt", "a a b");
  const broken = files.write("broken.gz", COMPRESS.gzip(encoder.encode("lost")).subarray(0, 15));
  const zip = files.write("a.zip", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0]));
  const missing = `${files.path}/missing`;
  const words = [good, broken, zip, missing];
  const { code, out, said } = await runMillrace(words);
  assertEquals([code, out], [3, "a\t2\nb\t1\n"]);
  for (const each of [broken, `unzip -p ${zip} | millrace -`, `'${missing}': there is none`]) {
    assertStringIncludes(said, each);
  }
  assertStringIncludes(said, "3 not counted");
  const strict = await runMillrace([...words, "--strict"]);
  assertEquals([strict.code, strict.out], [1, ""]);
  assertStringIncludes(strict.said, missing);
  const first = await runMillrace([zip, good, "--strict"]);
  assertEquals([first.code, first.out], [1, ""]);
  assertStringIncludes(first.said, `unzip -p ${zip}`);
});

Deno.test("millrace counts nothing where there is nothing, and fails where nothing can be read", async () => {
  using files = new TempFiles();
  const empty = files.write("empty", "");
  assertEquals((await runMillrace([empty])).code, 0);
  assertEquals((await runMillrace([])).code, 0);
  assertEquals((await runMillrace([`${files.path}/missing`])).code, 1);
});

Deno.test("-o writes a file that is there when it is whole, in the form of its name", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "b a b");
  const target = `${files.path}/counts.csv`;
  const { code, out } = await runMillrace([path, "-o", target]);
  assertEquals([code, out], [0, ""]);
  assertEquals(Deno.readTextFileSync(target), "key,count\r\nb,2\r\na,1\r\n");
  const failed = await runMillrace([`${files.path}/missing`, "-o", target]);
  assertEquals(failed.code, 1);
  assertStringIncludes(Deno.readTextFileSync(target), "b,2");
  const nowhere = await runMillrace([path, "-o", `${files.path}/no/such/folder.csv`]);
  assertEquals(nowhere.code, 1);
  assertStringIncludes(nowhere.said, "Cannot write");
  assertEquals([...Deno.readDirSync(files.path)].map(({ name }) => name).sort(), [
    "counts.csv",
    "text.txt",
  ]);
});

Deno.test("--total needs no key, and a form that is one text says which is none", async () => {
  using files = new TempFiles();
  const path = files.write("key.txt", new Uint8Array(90_000_000).fill(1)); // JSON has 6 for each
  const total = await runMillrace([path, "-t", "lines", "--total"]);
  assertEquals([total.code, total.out], [0, "1\t1\t90000000\n"]);
  const table = await runMillrace([path, "-t", "lines", "-f", "table"]);
  assertEquals([table.code, table.out], [1, ""]);
  assertStringIncludes(table.said, "Say -f tsv, which takes keys of any length");
});

Deno.test("--total and --per-file tell sums, and files apart", async () => {
  using files = new TempFiles();
  files.write("a.txt", "x y x");
  files.write("b.txt", 'x "q"');
  const run = async (...words: string[]) =>
    (await runMillrace(["a.txt", "b.txt", ...words], { cwd: files.path })).out;
  assertEquals(await run("--total"), "5\t3\t10\n");
  assertEquals(await run("--total", "-f", "csv"), "tokens,keys,bytes\r\n5,3,10\r\n");
  assertEquals(await run("--total", "--per-file"), "a.txt\t3\t2\t5\nb.txt\t2\t2\t5\n");
  assertEquals(await run("--per-file", "-k", "1"), "a.txt\tx\t2\nb.txt\tq\t1\n");
  const [first] = (await run("--per-file", "-f", "json")).split("\n");
  const { file, counts } = JSON.parse(first);
  assertEquals([file, counts.length], ["a.txt", 2]);
});

Deno.test("a command line that cannot be read ends with 2 and says what to do", async () => {
  const cases: [words: string[], said: string][] = [
    [["-k", "many"], "Cannot read --top: 'many' is not an integer"],
    [["-t", "word"], "Cannot read --tokenizer"],
    [["--tokenizr", "lines"], "--tokenizer"],
    [["--keep-cr", "-t", "unicode"], "--keep-cr"],
    [["--memory", "much"], "64MB"],
    [["--detach"], "--server"],
    [["-f", "uniq", "--total"], "--format tsv"],
    [["-f", "xml"], "Allowed choices"],
    [["-f", "csv", "--csv-safe", "--per-file"], "--csv-safe"],
    [["--min-length", "5", "--max-length", "2"], "Cannot use --min-length"],
  ];
  for (const [words, expected] of cases) {
    const { code, said, out } = await runMillrace(words);
    assertEquals([code, out], [2, ""], words.join(" "));
    assertStringIncludes(said, expected);
    assert(!said.includes("    at "), said);
  }
});

Deno.test("an error within an input names it, and one of stdout says so", async () => {
  using files = new TempFiles();
  const path = files.write("latin1.txt", Uint8Array.of(0x61, 0xe9, 0x20));
  const { code, said } = await runMillrace([path, "--invalid", "reject"]);
  assertEquals([code, said], [1, `Cannot count: byte 1 begins no valid UTF-8, in '${path}'\n`]);
  if (Deno.build.os !== "linux") return leftOut("a full disk", "/dev/full is Linux's");
  const full = await new Deno.Command("sh", {
    args: ["-c", `echo a | ${millraceCommand(["-q"])} > /dev/full`],
  }).output();
  assertEquals(full.code, 1);
  assertMatch(new TextDecoder().decode(full.stderr), /^Cannot write 'stdout': No space left/);
});

Deno.test("a word that is no file may have been meant for a command", async () => {
  const { code, said } = await runMillrace(["cuont"]);
  assertEquals(code, 1);
  assertStringIncludes(said, "The nearest command is 'count'");
  assert(!(await runMillrace(["novel.txt"])).said.includes("command is"));
});

Deno.test("a server that refuses ends with 4, one that is not there with 1", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "a");
  const gone = await runMillrace([path, "--server", "http://127.0.0.1:9"]);
  assertEquals(gone.code, 1);
  assertStringIncludes(gone.said, "millrace serve");
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () =>
      Response.json(
        { type: "urn:millrace:problem:too-many-jobs", detail: "Too many", status: 429 },
        {
          status: 429,
          headers: { "content-type": "application/problem+json" },
        },
      ),
  );
  const { port } = server.addr;
  const refused = await runMillrace([path, "--server", `http://127.0.0.1:${port}`]);
  assertEquals(refused.code, 4);
  assertStringIncludes(refused.said, "Too many");
});

Deno.test("millrace reads URLs, compressed ones as well, and says which one it cannot read", async () => {
  const text = encoder.encode("to be or not to be");
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    ({ url }) => {
      const { pathname } = new URL(url);
      if (pathname === "/text") return new Response(text);
      if (pathname === "/text.gz") return new Response(COMPRESS.gzip(text));
      return new Response(null, { status: 404 });
    },
  );
  const base = `http://127.0.0.1:${server.addr.port}`;
  const both = await runMillrace([`${base}/text`, `${base}/text.gz`, "-k", "1"]);
  assertEquals([both.code, both.out], [0, "be\t4\n"]);
  const gone = await runMillrace([`${base}/gone`]);
  assertEquals(gone.code, 1);
  assertStringIncludes(gone.said, `${base}/gone`);
  const some = await runMillrace([`${base}/gone`, `${base}/text`, "-k", "1"]);
  assertEquals([some.code, some.out], [3, "be\t2\n"]);
});

Deno.test("--detach prints the id of a job that the server counts", async () => {
  using files = new TempFiles();
  const path = files.write("text.txt", "to be or not to be");
  await using server = await startServer({ port: 0 });
  const words = [path, "-k", "1", "--server", server.origin, "--detach"];
  const { code, out, said } = await runMillrace(words);
  assertEquals(code, 0);
  assertStringIncludes(said, `millrace watch ${out.trim()}`);
  const response = await fetch(`${server.origin}/v1/jobs/${out.trim()}/result?wait=60&format=tsv`);
  assertEquals(await response.text(), "be\t2\n");
});

Deno.test("-o keeps the permissions of a file that is there", async () => {
  if (Deno.build.os === "windows") return leftOut("permissions", "Windows has others");
  using files = new TempFiles();
  const path = files.write("text.txt", "a");
  const target = files.write("private.tsv", "old");
  Deno.chmodSync(target, 0o600);
  assertEquals((await runMillrace([path, "-o", target])).code, 0);
  assertEquals(Deno.readTextFileSync(target), "a\t1\n");
  assertEquals(Deno.statSync(target).mode! & 0o777, 0o600);
});

Deno.test("a damaged file is blamed itself, and no server that it was sent to", async () => {
  using files = new TempFiles();
  const header = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4, 0xe6, 0xd6, 0xb4, 0x46];
  const path = files.write("damaged.xz", Uint8Array.from([...header, ...header]));
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => new Response(await request.text().catch(() => "")),
  );
  const words = [path, "--server", `http://127.0.0.1:${server.addr.port}`];
  const { code, said } = await runMillrace(words);
  assertEquals(code, 1);
  assertMatch(said, /^Cannot count '.*damaged\.xz': its xz is damaged/);
});

Deno.test("names of files and words of the command line command no terminal in errors", async () => {
  for (const words of [["no\x1b[31m"], ["-f", "no\x1b[31m"], ["--no\x1b[31m"]]) {
    const { said } = await runMillrace(words);
    assertStringIncludes(said, "no\\u001b[31m");
    assert(!said.includes("\x1b"), said);
  }
});
