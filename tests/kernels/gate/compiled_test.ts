import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { compileKernel, largeSource, SOURCES } from "../../support/modules/compiled_modules.ts";
import {
  callExport,
  createLeash,
  instantiate,
  type Kernel,
} from "../../support/modules/instance.ts";
import { refusalOf } from "../../support/modules/refusals.ts";

/** Runs a compiled kernel on a text, and gives what it drained. */
async function drain(source: string, text: string): Promise<Uint8Array[]> {
  const drained: Uint8Array[] = [];
  const admitted = admitModule(await compileKernel(source));
  const kernel: Kernel = instantiate(admitted, createLeash(), {
    drain: (ptr, len) => drained.push(new Uint8Array(kernel.memory.buffer, ptr, len).slice()),
  });
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(kernel.memory.buffer).set(bytes, callExport(kernel, "mr_reserve", bytes.length));
  callExport(kernel, "mr_map", bytes.length);
  return drained;
}

Deno.test("a compiled kernel over bytes does what it did, with its polls", async () => {
  const keys = await drain(SOURCES.bytes, "the gate lets it through ");
  assertEquals(keys.map((key) => new TextDecoder().decode(key)), [
    "the",
    "gate",
    "lets",
    "it",
    "through",
  ]);
});

Deno.test("a compiled kernel with strings, maps and a collector does what it did", async () => {
  const [keys] = await drain(SOURCES.strings, "b A b é a");
  assertEquals(new TextDecoder("utf-16le").decode(keys), "a,b,é1.5");
});

Deno.test("modules of compilers grow little", async () => {
  for (const source of [SOURCES.strings, largeSource(8)]) {
    for (const flags of [["-O2"], ["--debug"]]) {
      const bytes = await compileKernel(source, [...flags, "--runtime", "minimal"]);
      const { module, polls } = admitModule(bytes);
      assert(polls > 10 && module.length < bytes.length * 1.2, `${bytes.length} ${module.length}`);
    }
  }
});

// What AssemblyScript offers and the gate does not: asc makes an import or an instruction of it.
const REFUSED: [what: string, line: string, flags?: string[]][] = [
  ['the import "env.seed"', "drain(0, i32(Math.random() * 10));"],
  ['the import "env.Date.now"', "drain(0, i32(Date.now()));"],
  ['the import "env.console.log"', 'console.log("here");'],
  ["threads are not admitted", "atomic.store<i32>(0, 1);", ["--enable", "threads"]],
  [
    "relaxed SIMD is not admitted",
    "v128.store(0, i8x16.relaxed_swizzle(v128.load(0), v128.load(16)));",
    [
      "--enable",
      "relaxed-simd",
    ],
  ],
];

Deno.test("what AssemblyScript has beyond the whitelist is refused by its name", async () => {
  for (const [what, line, flags = []] of REFUSED) {
    const source = SOURCES.bytes.replace(/\n}$/, `\n  ${line}\n}`);
    const bytes = await compileKernel(source, ["-O1", "--runtime", "minimal", ...flags]);
    assertStringIncludes(refusalOf(bytes).reason, what);
  }
});
