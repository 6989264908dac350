import { assertEquals } from "@std/assert";
import ts from "typescript";
import { readBlocks } from "../../support/guides.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

const SDK = new URL("../../../assembly/sdk/", import.meta.url);
const LIBRARY = new URL("../../../assembly/library/", import.meta.url);
const DECLARATIONS = new URL("millrace.d.ts", SDK);

/** What an editor would say of some files. */
function checkTypes(files: readonly URL[]): string[] {
  const program = ts.createProgram(files.map(({ pathname }) => pathname), {
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText, start }) =>
    `${file?.fileName}:${start}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
  );
}

Deno.test("the starter type-checks, compiles and counts", async () => {
  const starter = new URL("starter.ts", SDK);
  assertEquals(checkTypes([starter]), []);
  const kernel = new UserKernel(await compileKernelSource(await Deno.readTextFile(starter)));
  assertEquals(kernel.map("The Quick brown\nfox jumps"), ["quick", "brown", "jumps"]);
  kernel.configure({ least: 3 });
  assertEquals(kernel.map("The Quick\nfox a"), ["the", "quick", "fox"]);
});

Deno.test("kernels of the library type-check by the declarations, where they use no memory", () => {
  const ofKeys = ["json-field", "length", "lines", "log-status", "space-words"];
  const names = [...ofKeys, "abs-distance", "csv-group", "csv-span", "distinct-field"];
  assertEquals(
    checkTypes([DECLARATIONS, ...names.map((name) => new URL(`${name}.ts`, LIBRARY))]),
    [],
  );
});

Deno.test("the kernels of the guide compile and type-check", async () => {
  const guide = await Deno.readTextFile(new URL("README.md", SDK));
  const kernels = readBlocks(guide).map(({ text }) => text)
    .filter((text) => text.includes('from "millrace"'));
  assertEquals(kernels.length, 6);
  const folder = await Deno.makeTempDir();
  try {
    for (const [i, text] of kernels.entries()) {
      await compileKernelSource(text);
      const file = new URL(`file://${folder}/${i}.ts`);
      await Deno.writeTextFile(file, text);
      assertEquals(checkTypes([DECLARATIONS, file]), []);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the declarations have what the SDK exports, and nothing else", async () => {
  const index = await Deno.readTextFile(new URL("index.ts", SDK));
  const exported = [...index.matchAll(/export \{ ([^}]+) \}/g)].flatMap(([, names]) =>
    names.split(", ")
  );
  const text = await Deno.readTextFile(DECLARATIONS);
  const declared = [...text.matchAll(/^ {2}export (?:class|const|function|namespace) (\w+)/gm)];
  assertEquals(declared.map(([, name]) => name).sort(), exported.sort());
});

Deno.test("every member that the declarations have compiles", async () => {
  const kernel = new UserKernel(
    await compileKernelSource(`
import {
  ByteClass, Chunk, csv, emit, emitBytes, emitKey, fail, json, Key, Runs, runs, WORD,
} from "millrace";
const SET = ByteClass.of("a-c");
export function map(line: Chunk): void {
  if (line.length == 0) fail("empty");
  const part: Chunk = line.slice(1).slice(0, 3);
  emit(part.toString() + line.byteAt(0).toString() + line.indexOf(0x62, 1).toString());
  emit(SET.has(0x61).toString() + ByteClass.not("b").has(0x62).toString());
  const run: Runs = runs(new Chunk(line.start, line.end), WORD);
  while (run.next()) emitBytes(run.start, run.length);
  const key = new Key();
  key.addText("k");
  emit(key.length.toString());
  emitKey(key.start, key.length);
  key.clear();
  key.addByte(0x7a);
  key.add(line.start, 1);
  key.emit();
  emitKey(line.start, 2);
  const found = json.find(line, "a");
  if (found != null) emit(found.toString());
  const field = csv.field(line, 1, 0x20);
  if (field != null) emit(field.toString() + field.toNumber().toString());
  emit(csv.text(line.toString(), 0, " "));
}`),
  );
  assertEquals(kernel.map("abc d\n"), [
    ...["bc 971", "truefalse", "abc", "d", "1", "k", "za", "ab", "dNaN", "abc"],
  ]);
});

Deno.test("every way to emit more than a key compiles and type-checks", async () => {
  const values = `import { Chunk, emitBytesValue, emitValue } from "millrace";
export const value = "f64";
export function map(line: Chunk): void {
  emitValue<f64>(line.toString(), 0.5);
  emitValue("flag", true);
  emitBytesValue(line.start, line.length, line.length);
}
export function combine(a: f64, b: f64): f64 { return Math.max(a, b); }
export function finish(state: f64): f64 { return state / 2; }`;
  const pairs = `import { Chunk, emitBytesPair, emitPair } from "millrace";
export const op = "approxDistinct";
export function map(line: Chunk): void {
  emitPair("all", line.toString());
  emitBytesPair(line.start, 1, line.start, line.length);
}`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  for (const source of [values, pairs]) {
    await compileKernelSource(source);
    await Deno.writeTextFile(file, source);
    assertEquals(checkTypes([DECLARATIONS, new URL(`file://${file}`)]), []);
  }
  await Deno.remove(file);
});
