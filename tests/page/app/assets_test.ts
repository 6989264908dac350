import { assert, assertEquals } from "@std/assert";
import ts from "typescript";
import { COMPARE_PARAMETERS } from "../../../src/contract/compare_options.ts";
import { COUNT_PARAMETERS } from "../../../src/contract/options.ts";
import { readAssets } from "../../../src/page/app/assets.ts";
import { MEASURES } from "../../../src/page/app/client/measures.js";
import { formatBytes, formatDuration, showKey } from "../../../src/page/app/client/format.js";
import {
  bodyOf,
  DEFAULTS,
  MOST_N,
  queryOf,
  TOKENIZERS,
} from "../../../src/page/app/client/options.js";

const CLIENT = new URL("../../../src/page/app/client/", import.meta.url);
const { byName, scripts, style } = await readAssets();
const textOf = (name: string) => new TextDecoder().decode(byName.get(name)!.bytes);
/** The name of what a script imports. */
const besides = (name: string, imported: string) =>
  name.replace(/[^/]+$/, imported.replace(/^\.\//, ""));
const allScripts = [...byName.keys()].filter((name) => name.endsWith(".js"));

Deno.test("readAssets() gives scripts that parse, and that import others by their names", () => {
  for (const name of allScripts) {
    const { diagnostics } = ts.transpileModule(textOf(name), {
      reportDiagnostics: true,
      fileName: name,
      compilerOptions: { target: ts.ScriptTarget.ESNext, allowJs: true },
    });
    assertEquals(diagnostics!.map(({ messageText }) => messageText), [], name);
    const imported = ts.preProcessFile(textOf(name), true, true).importedFiles;
    for (const { fileName } of imported) {
      assert(byName.has(besides(name, fileName)), `${name} imports ${fileName}`);
    }
  }
});

Deno.test("readAssets() serves every file of the page, and names scripts behind what they import", async () => {
  const files = (await Array.fromAsync(Deno.readDir(CLIENT))).map(({ name }) => name);
  const served = files.filter((name) => !name.endsWith(".d.ts"));
  const stems = [...byName.keys()].map((name) => name.replace(/^[0-9a-f]{24}\//, ""));
  assertEquals(served.filter((name) => !stems.includes(name)), []);
  assert(scripts.at(-1)!.endsWith("/app.js"), "the last one is the page's");
  for (const [i, name] of scripts.entries()) {
    for (const [, imported] of textOf(name).matchAll(/from "\.\/([^"]+)"/g)) {
      assert(scripts.slice(0, i).includes(besides(name, imported)), `${name} imports ${imported}`);
    }
  }
  assert(style.endsWith("/style.css"), style);
});

Deno.test("no script of the page makes code or markup of a text, or keeps a comment of a line", () => {
  for (const name of byName.keys()) {
    const text = textOf(name);
    assertEquals(/\beval\(|new Function|document\.write|@import|^\s*\/\//m.exec(text), null, name);
    if (name.endsWith("/htm_preact.js")) continue; // its `innerHTML` stands behind a property
    assertEquals(/innerHTML|outerHTML|insertAdjacentHTML|\bstyle=/.exec(text), null, name);
  }
});

Deno.test("the page offers what the server takes", () => {
  assertEquals(Object.keys(TOKENIZERS), [...COUNT_PARAMETERS.tokenizer.values]);
  assertEquals(Object.keys(MEASURES), [...COMPARE_PARAMETERS.measure.values]);
  assertEquals(MOST_N, COUNT_PARAMETERS.n.most);
  assertEquals(DEFAULTS.tokenizer, COUNT_PARAMETERS.tokenizer.default);
  assertEquals(DEFAULTS.case, COUNT_PARAMETERS.case.default);
});

Deno.test("bodyOf() and queryOf() send a file as a text, compressed or not", () => {
  const files = [new File(["[1]"], "a.json.gz", { type: "application/json" })];
  assertEquals(queryOf(DEFAULTS, { kind: "files", files }), "top=0&decompress=auto");
  const { body, headers } = bodyOf({ kind: "files", files });
  assertEquals([body, headers], [files[0], { "content-type": "text/plain" }]);
  const form = bodyOf({ kind: "files", files: [...files, ...files] }).body as FormData;
  assertEquals(form.getAll("file").map((each) => (each as File).type), [
    "text/plain",
    "text/plain",
  ]);
});

Deno.test("showKey(), formatBytes() and formatDuration() write for people", () => {
  assertEquals(showKey("a\u0000\u001b\u007f\u202eb"), "a␀␛␡⟨U+202E⟩b");
  assertEquals([showKey(""), showKey("שלום 世界")], ["(empty)", "שלום 世界"]);
  assertEquals(showKey("x".repeat(1000)), "x".repeat(1000));
  assertEquals(showKey(`${"x".repeat(999)}😀`), `${"x".repeat(999)}… (1,001 long)`);
  assertEquals([0, 999, 1000, 999_960, 2.5e9].map(formatBytes), [
    "0 B",
    "999 B",
    "1.0 KB",
    "1.0 MB",
    "2.5 GB",
  ]);
  assertEquals([0, 94, 210, 185_000].map(formatDuration), ["1 ms", "94 ms", "0.21 s", "3 min 5 s"]);
});
