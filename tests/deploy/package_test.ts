import { assert, assertEquals, assertMatch } from "@std/assert";
import ts from "typescript";
import { ROOT } from "../support/guides.ts";
import { leftOut } from "../support/left_out.ts";
import { soon } from "../support/waits.ts";

// Installs the npm package in an empty folder, as someone would who has Node alone. It fetches
// packages; where they cannot be had, that is said.

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Runs a program in a folder. */
async function run(cwd: string, program: string, ...args: string[]) {
  try {
    const command = new Deno.Command(program, { args, cwd, stdin: "null" });
    const { code, stdout, stderr } = await command.output();
    return { code, out: decode(stdout), said: decode(stderr) };
  } catch (error) {
    return { code: -1, out: "", said: String(error) };
  }
}

const folder = await Deno.makeTempDir({ prefix: "millrace-installed-" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');

/** Packs, and installs first what the package depends on: if that fails, there is no network. */
async function install(): Promise<string | undefined> {
  const packed = await run(ROOT.pathname, Deno.execPath(), "task", "pack", `${folder}/packed`);
  if (packed.code === -1 || /npm.*(not found|ENOENT|NotFound)/i.test(packed.said)) return "no npm";
  assertEquals(packed.code, 0, packed.said);
  const [{ name }] = await Array.fromAsync(Deno.readDir(`${folder}/packed`));
  const tarball = `./packed/${name}`;
  await run(folder, "tar", "xzf", tarball, "-C", "packed", "package/package.json");
  const { dependencies } = JSON.parse(
    await Deno.readTextFile(`${folder}/packed/package/package.json`),
  );
  const all = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  const npm = ["install", "--no-audit", "--no-fund", "--prefer-offline"];
  const fetched = await run(folder, "npm", ...npm, "--no-save", ...all);
  if (fetched.code !== 0) return fetched.said.split("\n")[0];
  const installed = await run(folder, "npm", ...npm, tarball);
  assertEquals(installed.code, 0, installed.said);
  const first = await run(folder, "npx", "millrace", "serve", "--version");
  if (/error sending request|Import '.*' failed/.test(first.said)) return "no registry for Deno";
  assertMatch(first.out, /^millrace \d/, first.said);
}

const missing = await install();
if (missing !== undefined) leftOut("the npm package", missing);

/** A server of the installed package. */
async function startInstalled() {
  const child = new Deno.Command(`${folder}/node_modules/.bin/millrace`, {
    args: ["serve", "--port", "0", "--workers", "1"],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  let said = "";
  while (!/http:\S+ with/.test(said)) said += decode((await soon(reader.read())).value!);
  void (async () => {
    while (!(await reader.read()).done);
  })();
  return { child, origin: /http:\S+/.exec(said)![0] };
}

Deno.test({
  name: "`millrace serve` of the npm package counts, compiles kernels, and ends as it is told to",
  ignore: missing !== undefined,
  fn: async () => {
    const { child, origin } = await startInstalled();
    const count = await fetch(`${origin}/v1/count?top=1&format=tsv`, {
      method: "POST",
      body: "to be or not to be or to",
    });
    assertEquals(await count.text(), "to\t3\n");
    const kernel = await fetch(`${origin}/v1/kernels`, {
      method: "POST",
      headers: { "content-type": "text/typescript" },
      body: 'import { emit } from "millrace";\n' +
        "export function map(line: string): void { emit(line); }\n",
    });
    assertEquals(kernel.status, 201, await kernel.text());
    const guide = await fetch(`${origin}/docs/client`);
    assertEquals(guide.status, 200, await guide.text());

    const script = `
      import { Millrace } from "@millrace/millrace/client";
      const millrace = new Millrace({ baseUrl: "${origin}" });
      const { totals } = await millrace.count("to be or not to be");
      const done = await millrace.jobs.submit("a b").result();
      console.log(totals.tokens, done.totals.tokens);
    `;
    const said = await run(folder, "node", "--input-type=module", "-e", script);
    assertEquals([said.code, said.out], [0, "6 2\n"], said.said);

    child.kill("SIGTERM");
    assertEquals((await soon(child.status)).code, 0);
  },
});

Deno.test({
  name: "`npx millrace count` counts files and standard input",
  ignore: missing !== undefined || !await hasCommandLine(),
  fn: async () => {
    await Deno.writeTextFile(`${folder}/a.txt`, "to be or not to be\n");
    const { code, out, said } = await run(folder, "npx", "millrace", "count", "a.txt");
    assertEquals(code, 0, said);
    assert(/^be\t2\nto\t2\n/.test(out), out);
    const piped = await run(folder, "sh", "-c", "npx millrace -n 2 --top 1 - < a.txt");
    assertEquals([piped.code, piped.out], [0, "to be\t2\n"], piped.said);
    const wrong = await run(folder, "npx", "millrace", "count", "--no-such-option");
    assertEquals(wrong.code, 2, wrong.said);
  },
});

Deno.test({
  name: "the npm package counts in the process in Deno, and says in Node why it does not",
  ignore: missing !== undefined,
  fn: async () => {
    await Deno.writeTextFile(
      `${folder}/local.js`,
      `import { openLocal } from "@millrace/millrace/local";
      const counter = await openLocal({ workers: 1 });
      const { counts: [{ key, count }] } = await counter.count("to be or not to be", { top: 1 });
      const source = 'import { emit } from "millrace"; export function map(line: string): void { emit(line); }';
      const { id } = await counter.kernels.push(source);
      const { totals } = await counter.count("a b\\na b", { kernel: id });
      console.log(key, count, totals.keys);
      await counter[Symbol.asyncDispose]();`,
    );
    const inDeno = await run(folder, Deno.execPath(), "run", "-A", "local.js");
    assertEquals([inDeno.code, inDeno.out], [0, "be 2 1\n"], inDeno.said);
    const inNode = await run(folder, "node", "local.js");
    assertEquals(inNode.code, 1);
    assertMatch(inNode.said, /Error: Cannot count in this process: the engine runs in Deno alone/);
  },
});

async function hasCommandLine(): Promise<boolean> {
  return await Deno.stat(new URL("src/cli/millrace.ts", ROOT)).then(() => true, () => false);
}

const COUNT = `
  import { Engine } from "@millrace/millrace";
  await using engine = await Engine.start({ workers: 1 });
  console.log((await engine.submit("to be or not to be").done).totals.tokens);
`;

Deno.test({
  name: "the library of the npm package counts in Deno, and says in Node that it cannot",
  ignore: missing !== undefined,
  fn: async () => {
    await Deno.writeTextFile(`${folder}/count.mjs`, COUNT);
    const inDeno = await run(folder, "npx", "deno", "run", "-A", "count.mjs");
    assertEquals([inDeno.code, inDeno.out], [0, "6\n"], inDeno.said);
    const script = `
      import { Engine, JobError } from "@millrace/millrace";
      console.log(typeof JobError, await Engine.start().catch((error) => error.message));
    `;
    const inNode = await run(folder, "node", "--input-type=module", "-e", script);
    assertMatch(inNode.out, /^function Cannot start an engine: it needs Deno/, inNode.said);
  },
});

Deno.test({
  name: "the client of the npm package has types",
  ignore: missing !== undefined,
  fn: async () => {
    const path = `${folder}/typed.ts`;
    await Deno.writeTextFile(
      path,
      `import { Millrace } from "@millrace/millrace/client";
       const { totals } = await new Millrace({ baseUrl: "http://x" }).count("a", { top: 1 });
       export const tokens: number = totals.tokens;
       // @ts-expect-error: it is a number
       export const wrong: string = totals.tokens;`,
    );
    const program = ts.createProgram([path], {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
      strict: true,
      noEmit: true,
    });
    const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) =>
      `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
    );
    assertEquals(found, []);
  },
});
