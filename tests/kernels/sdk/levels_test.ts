import { assert, assertEquals, assertThrows } from "@std/assert";
import { AWKWARD_TEXTS } from "../../support/awkward_texts.ts";
import { tokenize, WHITESPACE } from "../../support/oracle/oracle.ts";
import { compileKernelSource, KernelFailure, UserKernel } from "../../support/user_kernel.ts";

async function compile(source: string): Promise<UserKernel> {
  return new UserKernel(await compileKernelSource(source));
}

const EMIT_RECORD = 'export function map(record: string): void { emit("<" + record + ">"); }';

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g)?.map((line) => line.replace(/\r?\n$/, "")) ?? [];
}

function paragraphsOf(text: string): string[] {
  const found: string[] = [];
  let open: string[] = [];
  const lines = text.split("\n");
  for (const [i, line] of [...lines, ""].entries()) {
    if (!/^[ \t\r]*$/.test(line)) {
      open.push(line);
    } else if (open.length > 0) {
      const endsText = i === lines.length;
      found.push(open.join("\n").replace(endsText ? /$/ : /\r$/, ""));
      open = [];
    }
  }
  return found;
}

const RECORDS: Record<string, (text: string) => string[]> = {
  line: linesOf,
  word: (text) => tokenize(text, "whitespace"),
  paragraph: paragraphsOf,
  chunk: (text) => text === "" ? [] : [text],
  ndjson: (text) => linesOf(text).filter((line) => !/^[ \t\r]*$/.test(line)),
  csv: linesOf, // without quotes
};

for (const [records, naive] of Object.entries(RECORDS)) {
  Deno.test(`map(record: string) gets each ${records}, with objects that end with it or the chunk`, async () => {
    for (const global of ["", "let last: string = ''; "]) {
      const kernel = await compile(
        `import { emit } from "millrace"; ${global}export const records = "${records}"; ${EMIT_RECORD}`,
      );
      assertEquals(kernel.manifest.records, records);
      for (const text of AWKWARD_TEXTS) {
        const expected = naive(text).map((record) => `<${record}>`);
        assertEquals(kernel.map(text), expected, JSON.stringify(text.slice(0, 80)));
      }
    }
  });
}

Deno.test("fixed:N cuts bytes; the last record may be shorter", async () => {
  const kernel = await compile(
    `import { emit } from "millrace"; export const records = "fixed:3"; ${EMIT_RECORD}`,
  );
  assertEquals(kernel.map("abcdefgh"), ["<abc>", "<def>", "<gh>"]);
  assertEquals(kernel.map(""), []);
});

Deno.test("mr_at is the offset of the record in hand when a kernel fails", async () => {
  const kernel = await compile(`import { fail } from "millrace";
export function map(line: string): void {
  if (line.startsWith("bad")) fail("no good: " + line);
}`);
  kernel.map("fine\n");
  assertThrows(() => kernel.map("fine\né\nbad é\nfine"), KernelFailure, "no good: bad é");
  assertEquals(kernel.exports.mr_at.value, 8);
});

Deno.test("asc's abort names the line of the user's text", async () => {
  const kernel = await compile(`import { emit } from "millrace";
export function map(line: string): void {
  const parts = line.split(" ");
  emit(parts[8]);
}`);
  assertThrows(() => kernel.map("a b"), KernelFailure, "Index out of range");
});

Deno.test("a class of bytes whose text only shows when it runs fails where it is none", async () => {
  const kernel = await compile(`import { ByteClass, emit } from "millrace";
export function map(line: string): void { if (ByteClass.of(line).has(0x62)) emit(line); }`);
  assertEquals(kernel.map("a-c\n-b\nc-d\nb-b"), ["a-c", "-b", "b-b"]);
  assertThrows(() => kernel.map("c-a"), KernelFailure, "from the lower to the higher character");
});

Deno.test("emit() takes any text: halves of surrogates, keys beyond the buffer, empty ones", async () => {
  const kernel = await compile(`import { emit } from "millrace";
export const records = "chunk";
export function map(text: string): void {
  emit("");
  emit(text);
  emit(text.repeat(3));
  emit(String.fromCharCode(0xd83d));
  emit("a\\u{1f600}" + text);
}`);
  for (const length of [1, 100, 5000, 5459, 5460, 5461, 16_380, 16_381, 70_000]) {
    for (const letter of ["k", "é", "\u3042"]) {
      const text = letter.repeat(length);
      assertEquals(kernel.map(text), [text, text.repeat(3), "\ufffd", `a\u{1f600}${text}`]);
    }
  }
});

Deno.test("emitKey() and Key copy bytes from wherever they are", async () => {
  const kernel = await compile(`import { Chunk, emitBytes, emitKey, Key } from "millrace";
export function map(line: Chunk): void {
  const copy = line.toString() + "!";
  const bytes = String.UTF8.encode(copy);
  emitKey(changetype<usize>(bytes), bytes.byteLength);
  emitBytes(line.start, line.length);
  emitKey(line.start, 0);
  const key = new Key();
  key.addText("é");
  key.add(line.start, line.length);
  key.addByte(0x2e);
  key.emit();
}`);
  assertEquals(kernel.manifest.output, "keys");
  for (const length of [1, 15, 16, 17, 255, 256, 16_379, 16_380, 16_381, 100_000]) {
    const line = "x".repeat(length);
    assertEquals(kernel.map(`${line}\n`), [`${line}!`, line, `é${line}.`], `${length}`);
  }
});

Deno.test("slices leave as windows: far apart, out of order, at the chunk's ends", async () => {
  const kernel = await compile(`import { Chunk, emitBytes } from "millrace";
export const records = "chunk";
export function map(chunk: Chunk): void {
  emitBytes(chunk.start + <usize>(chunk.length - 1), 1);
  emitBytes(chunk.start, 1);
  emitBytes(chunk.start, chunk.length / 8);
  emitBytes(chunk.start + <usize>(chunk.length / 2), 2);
  emitBytes(chunk.start, 0);
  for (let i = 0; i < chunk.length; i++) emitBytes(chunk.start + <usize>i, 1);
}`);
  assertEquals(kernel.manifest.output, "windows");
  for (const length of [8, 1000, 4093, 4094, 4095, 4096, 65_535, 65_536, 65_537, 200_000]) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(97 + i % 26)).join("");
    const half = Math.floor(length / 2);
    const eighth = text.slice(0, Math.floor(length / 8));
    const expected = [text.at(-1)!, text[0], eighth, text.slice(half, half + 2), ...text];
    assertEquals(kernel.map(text), expected, `${length}`);
  }
});

Deno.test("emitBytes() refuses bytes outside of the chunk where keys are slices", async () => {
  for (
    const slice of ["0, 4", "chunk.start, chunk.length + 1", "chunk.end, 1", "chunk.start, -1"]
  ) {
    const kernel = await compile(`import { Chunk, emitBytes } from "millrace";
export function map(chunk: Chunk): void { emitBytes(${slice}); }`);
    assertThrows(() => kernel.map("abc"), KernelFailure, "Cannot emit bytes");
  }
});

/** By what is imported: the runs of SET as slices, in one go, and as copies. */
const EMIT_ALL: Record<string, string> = {
  "emitBytes, runs": "for (const r = runs(chunk, SET); r.next();) emitBytes(r.start, r.length);",
  "emitRuns": "emitRuns(chunk, SET);",
  "emitRuns, emitKey": "emitRuns(chunk, SET); emitKey(0, 0);",
};

Deno.test("runs() and emitRuns() find the runs of any class of bytes, in chunks and in parts of them", async () => {
  const classes: [string, RegExp][] = [
    ["ByteClass.words()", new RegExp(`[^${String.fromCodePoint(...WHITESPACE)}]+`, "g")],
    ['ByteClass.of("a-z")', /[a-z]+/g],
    ['ByteClass.of("-_x")', /[-_x]+/g],
    ['ByteClass.not("\\n\\r")', /[^\n\r]+/g],
    ['ByteClass.not(" ")', /[^ ]+/g],
    ['ByteClass.of("0-9")', /[0-9]+/g],
  ];
  for (const [set, regex] of classes) {
    for (const [name, emitAll] of Object.entries(EMIT_ALL)) {
      const kernel = await compile(`import { ByteClass, Chunk, ${name} } from "millrace";
export const records = "chunk";
const SET = ${set};
export function map(chunk: Chunk): void { ${emitAll} }`);
      for (const text of AWKWARD_TEXTS) {
        const expected = [...text.match(regex) ?? []];
        const what = `${set} ${name} ${JSON.stringify(text.slice(0, 80))}`;
        assertEquals(kernel.map(text), expected, what);
      }
    }
  }
});

Deno.test("runs() may be nested and left early", async () => {
  const kernel = await compile(`import { ByteClass, Chunk, emitBytes, runs, WORD } from "millrace";
export const records = "chunk";
const LINE = ByteClass.not("\\n");
export function map(chunk: Chunk): void {
  for (const line = runs(chunk, LINE); line.next();) {
    const first = runs(new Chunk(line.start, line.start + <usize>line.length), WORD);
    if (first.next()) emitBytes(first.start, first.length);
  }
}`);
  const text = Array.from({ length: 20_000 }, (_, i) => `  w${i} rest of the line`).join("\n");
  assertEquals(kernel.map(text), Array.from({ length: 20_000 }, (_, i) => `w${i}`));
});

Deno.test("memory stays as it is, record after record and chunk after chunk", async () => {
  const line = "some words of a line that is split and joined again\n";
  for (const global of ["", "const seen = new Map<string, i32>(); "]) {
    const kernel = await compile(`import { emit } from "millrace";
${global}export function map(line: string): void { emit(line.split(" ").reverse().join("-")); }`);
    const chunk = line.repeat(2000);
    kernel.map(chunk);
    kernel.map(chunk);
    const before = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 20; i++) assertEquals(kernel.map(chunk).length, 2000);
    assertEquals(kernel.memory.buffer.byteLength, before, global);
    if (global === "") assert(before <= 1 << 20);
  }
});

Deno.test("objects that a global keeps outlive records and chunks", async () => {
  const kernel = await compile(`import { emit } from "millrace";
const seen = new Map<string, i32>();
let last = "";
export function map(line: string): void {
  const count = seen.has(line) ? seen.get(line) + 1 : 1;
  seen.set(line, count);
  emit(last + line + count.toString());
  last = line;
}`);
  assertEquals(kernel.map("a\nb\na"), ["a1", "ab1", "ba2"]);
  assertEquals(kernel.map("a\n".repeat(500)).at(-1), "aa502");
  assertEquals(kernel.map("b"), ["ab2"]);
});

Deno.test("options have defaults, take what the host sends, and outlive records", async () => {
  const source = `import { emit } from "millrace";
export class Options {
  by: i32 = -7;
  big: i64 = 9223372036854775807;
  part: f64 = 0.5;
  isOn: bool = true;
  text: string = "x";
  plain: i32;
}
OPTIONS
export function map(line: string): void {
  emit([options.by.toString(), options.big.toString(), options.part.toString(),
    options.isOn.toString(), options.text, options.plain.toString()].join(","));
}`;
  for (const written of ["export const options = new Options();", ""]) {
    const kernel = await compile(source.replace("OPTIONS", written));
    assertEquals(kernel.manifest.options, [
      { name: "by", type: "i32", default: -7 },
      { name: "big", type: "i64", default: "9223372036854775807" },
      { name: "part", type: "f64", default: 0.5 },
      { name: "isOn", type: "bool", default: true },
      { name: "text", type: "string", default: "x" },
      { name: "plain", type: "i32", default: 0 },
    ]);
    const defaults = "-7,9223372036854775807,0.5,true,x,0";
    assertEquals(kernel.map("a\nb"), [defaults, defaults]);
    const text = 'a "quoted" \\ é \u{1f600} \n\t\b {},:';
    kernel.configure({ by: 3, big: "-9223372036854775808", part: 1e-3, isOn: false, text });
    const set = `3,-9223372036854775808,0.001,false,${text},0`;
    assertEquals(kernel.map("a\nb"), [set, set]);
    kernel.configure({ text: "\u0001\u2028", plain: 2147483647, part: 12 });
    assertEquals(kernel.map("a"), ["3,-9223372036854775808,12.0,false,\u0001\u2028,2147483647"]);
    assertThrows(() => kernel.configure({ none: 1 }), KernelFailure, "it has no option none");
  }
});

Deno.test("an option that a kernel stores to lives as long as the kernel", async () => {
  const kernel = await compile(`import { emit } from "millrace";
export class Options { text: string = "x" }
export const options = new Options();
export function map(line: string): void {
  options.text = options.text + line;
  emit(options.text);
}`);
  assertEquals(kernel.map("a\nb\nc"), ["xa", "xab", "xabc"]);
});

Deno.test("mr_reserve() gives room again and again, also for larger chunks", async () => {
  const kernel = await compile(`import { emit } from "millrace";
export const records = "word";
export function map(word: string): void { emit(word); }`);
  for (const bytes of [10, 100_000, 10, 3_000_000, 500]) {
    assertEquals(kernel.map("ab ".repeat(bytes / 3)).length, Math.floor(bytes / 3));
  }
});
