import { assertEquals, assertThrows } from "@std/assert";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

// What the guide says of kernels that are no JavaScript.

async function kernelOf(body: string, global = ""): Promise<UserKernel> {
  return new UserKernel(
    await compileKernelSource(
      `import { emit } from "millrace";\n${global}\nexport function map(line: string): void { ${body} }`,
    ),
  );
}

Deno.test("whole numbers are what the guide says, and what it says to write is JavaScript's", async () => {
  const rows: [expression: string, given: string][] = [
    ["7 / 2", "3"],
    ["7.0 / 2", "3.5"],
    ["3 / 4 * 100", "0"],
    ["3.0 / 4 * 100", "75.0"],
    ["Math.ceil(line.length / 10)", "1.0"],
    ["Math.ceil(line.length / 10.0)", "2.0"],
    ["most + 1", "-2147483648"],
    ["<i64>most + 1", "2147483648"],
    ["x - y", "4294967294"],
    ["<i64>x - y", "-2"],
    ["(h >>> 0) % 16", "-5"],
    ["<u32>h % 16", "11"],
  ];
  const emits = rows.map(([expression]) => `emit((${expression}).toString());`);
  const kernel = await kernelOf(
    `let most = 2147483647, h = -5; const x: u32 = 3, y: u32 = 5; ${emits.join("\n")}`,
  );
  assertEquals(kernel.map("12345678901234567"), rows.map(([, given]) => given));
});

for (const global of ["", "const seen = new Map<string, i32>();"]) {
  Deno.test(`a text of pieces that are joined needs less memory than one by +=, ${global || "alone"}`, async () => {
    const loop = "for (let i = line.length - 1; i >= 0; i--)";
    const added = await kernelOf(`let all = ""; ${loop} all += line.charAt(i); emit(all);`, global);
    const joined = await kernelOf(
      `const all: string[] = []; ${loop} all.push(line.charAt(i)); emit(all.join(""));`,
      global,
    );
    const line = "ab".repeat(4500);
    assertThrows(() => added.map(line), WebAssembly.RuntimeError);
    assertEquals(joined.map(line), ["ba".repeat(4500)]);
  });
}
