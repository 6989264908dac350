import { assert, assertEquals } from "@std/assert";
import { recordRule } from "../../../src/input/record_rules.ts";
import { splitBytes } from "../../../src/input/splitter.ts";
import { parseCsv, writeRandomCsv } from "../../support/csv.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 10;

async function compile(source: string): Promise<UserKernel> {
  return new UserKernel(await compileKernelSource(source));
}

/** Kernels that emit each row in brackets, and its fields up to the seventh, by both levels. */
const LEVELS: Record<string, (delimiter: string) => string> = {
  string: (delimiter) =>
    `import { csv, emit } from "millrace";
export const records = "csv";
export function map(row: string): void {
  emit("[" + row + "]");
  for (let i = -1; i < 7; i++) emit("<" + csv.text(row, i${delimiter && `, "${delimiter}"`}) + ">");
}`,
  bytes: (delimiter) =>
    `import { Chunk, csv, emit } from "millrace";
export const records = "csv";
export function map(row: Chunk): void {
  emit("[" + row.toString() + "]");
  for (let i = -1; i < 7; i++) {
    const field = csv.field(row, i${delimiter && `, ${delimiter.charCodeAt(0)}`});
    emit(field == null ? "null" : "<" + field.toString() + ">");
  }
}`,
};

function expect(text: string, delimiter: string, missing: string): string[] {
  return parseCsv(text, delimiter).flatMap(({ row, fields }) => [
    `[${row}]`,
    missing,
    ...Array.from({ length: 7 }, (_, i) => i < fields.length ? `<${fields[i]}>` : missing),
  ]);
}

const TEXTS: readonly string[] = [
  "",
  "\n",
  "\r\n",
  "a",
  "a,b\nc",
  "a,b\r\nc,d\r\n",
  ",\n,,\n",
  '""',
  '"",""\n',
  '"a,b","c\nd","e\r\nf"\r\ng',
  '"he said ""no""",""""\n""""""',
  `${"x".repeat(15)},${"y".repeat(16)},${"z".repeat(17)}\n`,
  `"${"x".repeat(15)}","${"y,".repeat(16)}","${"z\n".repeat(17)}"\n`,
  `"${'"",\n'.repeat(5000)}",2\n3`,
  'open,"to the end,\nof the text',
  "a\r",
];

for (const [level, source] of Object.entries(LEVELS)) {
  const missing = level === "string" ? "<>" : "null";
  Deno.test(`csv gives rows and fields as ${level}, with quotes undone`, async () => {
    const kernel = await compile(source(""));
    for (const text of TEXTS) {
      assertEquals(kernel.map(text), expect(text, ",", missing), JSON.stringify(text.slice(0, 80)));
    }
  });

  Deno.test(`csv gives random rows and fields as ${level}, whatever the delimiter and the chunks`, async () => {
    for (const delimiter of ["", ";", "\t", "|"]) {
      const kernel = await compile(source(delimiter === "\t" ? "\t" : delimiter));
      const seed = freshSeed();
      const random = new Random(seed);
      let chunks = 0;
      for (let i = 0; i < CASES / 4; i++) {
        const text = writeRandomCsv(random, delimiter || ",");
        const what = `MILLRACE_SEED=${seed} ${i} ${JSON.stringify(text)}`;
        const expected = expect(text, delimiter || ",", missing);
        assertEquals(kernel.map(text), expected, what);
        const bytes = new TextEncoder().encode(text);
        const found: string[] = [];
        for (const { text } of splitBytes(bytes, random.between(1, 60), recordRule("csv"))) {
          found.push(...kernel.map(text.slice()));
          chunks++;
        }
        assertEquals(found, expected, what);
      }
      assert(chunks > CASES / 4, `${chunks} chunks`);
    }
  });
}

Deno.test("both levels undo quotes that stand where none belongs in the same way", async () => {
  const [string, bytes] = await Promise.all(
    Object.values(LEVELS).map((source) => compile(source(""))),
  );
  const seed = freshSeed();
  const random = new Random(seed);
  const letters = ['"', '"', "a", ",", "b", " "];
  for (let i = 0; i < CASES; i++) {
    const text = Array.from({ length: random.between(1, 24) }, () => random.pick(letters)).join("");
    const told = bytes.map(text).map((key) => key === "null" ? "<>" : key);
    assertEquals(told, string.map(text), `MILLRACE_SEED=${seed} ${JSON.stringify(text)}`);
  }
  const odd = (text: string) => string.map(text).slice(2, 4);
  assertEquals(odd('a"b,c"d,e'), ['<a"b,c"d>', "<e>"]);
  assertEquals(odd('"a"b,c'), ["<ab>", "<c>"]);
  assertEquals(odd('"a,b'), ["<a,b>", "<>"]);
});

Deno.test("fields that are copies leave whole, also by emitBytes() and in kernels that keep objects", async () => {
  for (const global of ["", "const seen = new Map<string, i32>(); "]) {
    const kernel = await compile(`import { Chunk, csv, emitBytes } from "millrace";
export const records = "csv";
${global}
export function map(row: Chunk): void {
  const first = csv.field(row, 0), second = csv.field(row, 1);
  if (first == null || second == null) return;
  emitBytes(second.start, second.length);
  emitBytes(first.start, first.length);
}`);
    assertEquals(kernel.manifest.output, "keys");
    const text = Array.from({ length: 5000 }, (_, i) => `"""${i}""",${i}`).join("\n");
    const expected = Array.from({ length: 5000 }, (_, i) => [`${i}`, `"${i}"`]).flat();
    assertEquals(kernel.map(text), expected);
    const before = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 10; i++) kernel.map(text);
    assertEquals(kernel.memory.buffer.byteLength, before);
  }
});

Deno.test("ndjson skips blank lines; mr_at is that of the line in hand", async () => {
  const kernel = await compile(`import { emit, fail } from "millrace";
export const records = "ndjson";
export function map(line: string): void {
  if (line == "bad") fail("no");
  emit("<" + line + ">");
}`);
  assertEquals(kernel.map('\n{"a":1}\r\n \t\n\r\n\n{"b":2}\n \n'), ['<{"a":1}>', '<{"b":2}>']);
  assertEquals(kernel.map("\n \n\r\n"), []);
  try {
    kernel.map("x\n\n \nbad\n");
  } catch {
    assertEquals(kernel.exports.mr_at.value, 5);
    return;
  }
  throw new Error("it did not fail");
});
