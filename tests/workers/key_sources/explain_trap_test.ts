import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { explainAbort, explainTrap } from "../../../workers/key_sources/explain_trap.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

const MEMORY = { used: 65_536, most: 131_072 };

const IS_UNREACHABLE = /^unreachable: it called unreachable\(\).* 65536 of at most 131072 bytes$/;

/** What a kernel does with a line of three letters, and what V8 says of it, in our words. */
const TRAPS: [body: string, told: RegExp][] = [
  ["emit((10 / (line.length - 3)).toString());", /^divide by zero: .* compare the divisor/],
  ["emit((i32.MIN_VALUE / (line.length - 4)).toString());", /^divide result unrep.*no quotient/],
  ["emit(load<u8>(4000000000).toString());", /^memory access out of bounds: it read or wrote/],
  ["emit((<i32>unreachable()).toString());", IS_UNREACHABLE],
  ["const get = (): string => unreachable(); emit(get());", IS_UNREACHABLE],
  ["const assert: i32 = 1; if (assert) unreachable();", IS_UNREACHABLE],
];

/** What it aborts by. */
const ABORTS: [body: string, told: string][] = [
  ['throw new Error("no such status");', "no such status (in line 3, column 3 of the source)"],
  [
    "assert(line.length > 5);",
    "an assert did not hold, or abort was called (in line 3, column 3 of the source)",
  ],
  ["unreachable();", "unreachable() was called (in line 3, column 3 of the source)"],
  [
    "if (line.length == 3) unreachable(); else { emit(line); }",
    "unreachable() was called (in line 3, column 25 of the source)",
  ],
  [
    "while (line.length > 2) unreachable();",
    "unreachable() was called (in line 3, column 27 of the source)",
  ],
  ['assert(line.length > 5, "too short");', "too short (in line 3, column 3 of the source)"],
];

/** Why a map function of this body fails at a line. */
async function runMap(body: string): Promise<string> {
  const source = `import { emit } from "millrace";
export function map(line: string): void {
  ${body}
}`;
  const kernel = new UserKernel(await compileKernelSource(source));
  const { message, name } = assertThrows(() => kernel.map("abc"), Error);
  return name === "RuntimeError" ? explainTrap(message, MEMORY) : message;
}

for (const [body, told] of TRAPS) {
  Deno.test(`explainTrap() says what ${body} has come to`, async () => {
    assertMatch(await runMap(body), told);
  });
}

for (const [body, told] of ABORTS) {
  Deno.test(`explainAbort() names the line of ${body}`, async () => {
    assertEquals(await runMap(body), told);
  });
}

Deno.test("explainAbort() says what to do where a method of the library aborts", async () => {
  assertMatch(
    await runMap('emit(line.split(" ")[6]);'),
    /^Index out of range at ~lib\/array.ts:\d+:\d+ \(compare the index with length first\)$/,
  );
  assertMatch(
    await runMap("emit(new Map<string, i32>().get(line).toString());"),
    /^Key does not exist at ~lib\/map.ts.* \(ask map.has\(key\) before map.get\(key\)\)$/,
  );
});

Deno.test("explainTrap() and explainAbort() leave what they do not know", () => {
  assertEquals(explainTrap("data segment out of bounds", MEMORY), "data segment out of bounds");
  assertEquals(explainAbort("a b", "other.ts", 1, 2), "a b at other.ts:1:2");
  assertEquals(explainAbort("a b", "", 0, 0), "a b");
});
