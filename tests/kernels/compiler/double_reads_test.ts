import { assertEquals } from "@std/assert";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";
import { diagnose } from "../../support/compiler/diagnose.ts";

/** A map function whose body is one line, the sixth of the source. */
const around = (line: string) =>
  `import { emit } from "millrace";
class Box { n: i32 = 0; boxes: Box[] = []; next(): Box { return this; } at(i: i32): Box { return this; } }
function next(): i32 { return 1; }
function find(i: i32): i32 { return i; }
export function map(line: string): void { const list = [1, 2, 3]; let i = 0; const box = new Box();
  ${line}
}`;

/** What would happen twice: how each line goes on from there, and what belongs in a const. */
const TWICE: [line: string, at: string, place: string][] = [
  ["list[i++] += 5;", "i++", "index"],
  ["list[i++ & 3] += 5;", "i++", "index"],
  ["list[--i]--;", "--i", "index"],
  ["++list[i = 2];", "i = 2", "index"],
  ["list[i += 1] |= 1;", "i += 1", "index"],
  ["list[next()] <<= 1;", "next()", "index"],
  ["list[I32.parseInt(line) + find(i)] ^= 1;", "find(i)", "index"],
  ["box.next().n += 1;", "box.next()", "object"],
  ["box.next().n++;", "box.next()", "object"],
  ["(box.at(0).n) -= 1;", "box.at(0)", "object"],
  ["box.boxes[i++].n *= 2;", "i++", "object"],
  ["new Box().n++;", "new Box()", "object"],
  ["box.boxes.pop().n %= 2;", "box.boxes.pop()", "object"],
];

for (const [line, at, place] of TWICE) {
  Deno.test(`what would happen twice is refused: ${line}`, async () => {
    const told = (await diagnose(around(line))).map(({ line, column, message }) => ({
      line,
      column,
      message,
    }));
    const message =
      `This would happen twice, to read and to store: put the ${place} in a const first`;
    assertEquals(told, [{ line: 6, column: line.indexOf(at) + 3, message }]);
  });
}

Deno.test("what reads the same when it is read again compiles, and counts once", async () => {
  const kernel = new UserKernel(
    await compileKernelSource(around(`
  const counts = new StaticArray<i32>(26), boxes = new Map<string, Box>();
  boxes.set("a", box);
  counts[line.charCodeAt(0) - 97]++;
  counts[line.toLowerCase().charCodeAt(0) - 97] += 2;
  counts[<i32>Math.floor(parseFloat("1.5"))] += 4;
  boxes.get("a").n += 3;
  boxes.get("a").n++;
  list[i] += next();
  list[i]++;
  const j = i++ + next();
  list[i++] = 7;
  emit(counts.slice<i32[]>(0, 3).join() + " " + list.join() + " " + box.n.toString() + " " + j.toString());`)),
  );
  assertEquals(kernel.map("c"), ["0,4,3 3,7,3 4 1"]);
});
