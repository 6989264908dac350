import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { encodePairs } from "../../support/pairs.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { compileKernelSource, KernelFailure, UserKernel } from "../../support/user_kernel.ts";

const BUFFER_BYTES = 16_384;

async function compile(source: string): Promise<UserKernel> {
  return new UserKernel(await compileKernelSource(source));
}

/** Splits a line at its first tab, as text or as bytes. */
const TEXTS = `import { emitPair } from "millrace";
export function map(line: string): void {
  const tab = line.indexOf("\\t");
  emitPair(line.substring(0, tab), line.substring(tab + 1));
}`;
const BYTES = `import { Chunk, emitBytesPair } from "millrace";
export function map(line: Chunk): void {
  const tab = line.indexOf(9);
  emitBytesPair(line.start, tab, line.start + tab + 1, line.length - tab - 1);
}`;
const COPIES = `import { Chunk, emitBytesPair, Key } from "millrace";
export function map(line: Chunk): void {
  const tab = line.indexOf(9);
  const key = new Key();
  key.add(line.start, tab);
  const text = new Key();
  text.add(line.start + tab + 1, line.length - tab - 1);
  emitBytesPair(key.start, key.length, text.start, text.length);
}`;

Deno.test("pairs declare themselves: the op, or the default, and the gate admits them", async () => {
  const declarations = [
    ["", "distinct"],
    ['export const op = "distinct";', "distinct"],
    ['export const op = "approxDistinct";', "approxDistinct"],
    ['const op = "sum", value = "f64"; let used = op + value;', "distinct"], // not exported
  ];
  for (const [head, op] of declarations) {
    const { manifest } = admitModule(await compileKernelSource(`${head}\n${TEXTS}`));
    assertEquals(manifest, {
      abi: 1,
      records: "line",
      input: "text",
      output: "pairs",
      op,
      options: [],
    }, head);
  }
});

Deno.test("pairs leave as they are: empty texts, too, and no empty keys", async () => {
  for (const source of [TEXTS, BYTES, COPIES]) {
    const kernel = await compile(source);
    const lines = "a\tb\n\tno key\nempty\t\n\t\né\t\u{1f600}\t\na\tb\n";
    const pairs = [["a", "b"], ["empty", ""], ["é", "\u{1f600}\t"], ["a", "b"]];
    assertEquals(kernel.mapPairs(lines), pairs as [string, string][]);
    assertEquals(kernel.mapPairs("\ta\n\t\n"), []);
    assertEquals(kernel.drained, []);
  }
});

Deno.test("pairs of any length leave whole, from the chunk and from elsewhere", async () => {
  const lengths = [5457, 5458, 8187, 8188, 8189, 16_374, 16_375, 16_376, 16_377, 40_000];
  const all = [...Array.from({ length: 36 }, (_, i) => i + 1), ...lengths];
  for (const source of [TEXTS, BYTES, COPIES]) {
    const kernel = await compile(source);
    for (const letter of ["k", "é", "\u3042"]) {
      for (const length of all) {
        const long = letter.repeat(length);
        const pairs: [string, string][] = [[long, "t"], ["k", long], [long, long], ["k", ""]];
        const text = pairs.map((pair) => pair.join("\t")).join("\n");
        assertEquals(kernel.mapPairs(text), pairs, `${letter} ${length}`);
      }
    }
  }
});

Deno.test("the buffer of pairs is drained when the next one does not fit, and only then", async () => {
  const kernel = await compile(BYTES);
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 60; i++) {
    const sizeOf = () => random.oneIn(50) ? random.between(8000, 20_000) : random.between(1, 200);
    const pairs = Array.from(
      { length: random.between(1, 400) },
      () => ["k".repeat(sizeOf()), "t".repeat(sizeOf() - 1)] as const,
    );
    kernel.run(new TextEncoder().encode(pairs.map((pair) => `${pair.join("\t")}\n`).join("")));
    const drains: number[] = [];
    let open = 0;
    for (const [key, text] of pairs) {
      const size = 8 + key.length + text.length;
      if (open + size > BUFFER_BYTES && open > 0) {
        drains.push(open);
        open = 0;
      }
      if (size > BUFFER_BYTES) drains.push(size);
      else open += size;
    }
    if (open > 0) drains.push(open);
    const what = `MILLRACE_SEED=${seed} ${i}`;
    assertEquals(kernel.drained.map(({ length }) => length), drains, what);
    const expected = encodePairs(pairs);
    const bytes = kernel.drained.flatMap((part) => [...part]);
    assert(bytes.every((byte, at) => byte === expected[at]), what);
  }
});

Deno.test("pairs of negative length fail, and keys alone where the compiler sees none", async () => {
  for (const [lengths, told] of [["-1, line.start, 1", "key is -1"], ["1, 0, -2", "text is -2"]]) {
    const kernel = await compile(`import { Chunk, emitBytesPair } from "millrace";
export function map(line: Chunk): void { emitBytesPair(line.start, ${lengths}); }`);
    const message = `Cannot emit pair: the length of its ${told}`;
    assertThrows(() => kernel.mapPairs("a"), KernelFailure, message);
  }
  const alone = await compile(`import { emitPair, Key } from "millrace";
class Sink { emit(): void {} }
export function map(s: string): void {
  new Sink().emit();
  const key = new Key();
  key.addText(s);
  emitPair(s, s);
  if (s == "b") key.emit();
}`);
  assertEquals(alone.mapPairs("a"), [["a", "a"]]);
  const message = "it has no text beside it, and this kernel emits pairs";
  assertThrows(() => alone.mapPairs("b"), KernelFailure, message);
});

Deno.test("only map may emit pairs", async () => {
  const kernel = await compile(`import { emitPair } from "millrace";
function early(): void { emitPair("early", "on"); }
early();
export function map(line: string): void { emitPair(line, line); }`);
  assertThrows(() => kernel.mapPairs("a"), KernelFailure, "Cannot emit keys outside of map");
});

Deno.test("memory stays as it is, pair after pair and large ones", async () => {
  for (const global of ["", "const seen = new Map<string, i32>();\n"]) {
    const kernel = await compile(global + TEXTS);
    const large = "x".repeat(30_000);
    const chunk = `${"some\tline\n".repeat(2000)}${large}\t${large}\n`;
    kernel.mapPairs(chunk);
    const before = kernel.memory.buffer.byteLength;
    for (let i = 0; i < 20; i++) assertEquals(kernel.mapPairs(chunk).length, 2001);
    assertEquals(kernel.memory.buffer.byteLength, before);
  }
});
