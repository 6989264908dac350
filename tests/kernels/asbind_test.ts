import { assert, assertEquals, assertRejects } from "@std/assert";
import { ABI_VERSION } from "../../assembly/layout.ts";
import { bindKernel } from "../../src/kernels/asbind.ts";
import { COUNT_PARAMETERS } from "../../src/contract/options.ts";
import { APPROX_PARAMETERS } from "../../src/contract/approx_options.ts";
import { GROUP_PARAMETERS } from "../../src/contract/group_options.ts";
import { PATTERN_PARAMETERS } from "../../src/contract/pattern_options.ts";
import { RECORD_PARAMETERS } from "../../src/contract/record_options.ts";
import { describeKernel, readKernel } from "../../src/kernels/registry.ts";

/** What kernels do not see, beside the tokenizer, which has a list of its own. */
const OF_THE_HOST = new Set([
  "tokenizer",
  "stop",
  "keep",
  "partition",
  "borders",
  "bom",
  "charset",
  "locale",
  ...Object.keys(RECORD_PARAMETERS),
  ...Object.keys(PATTERN_PARAMETERS),
  ...Object.keys(APPROX_PARAMETERS),
  ...Object.keys(GROUP_PARAMETERS),
]);

interface Binding {
  returnType: string;
  parameters: string[];
}

function readSection(name: string) {
  const module = new WebAssembly.Module(readKernel(name));
  const [section] = WebAssembly.Module.customSections(module, "as-bind_bindings");
  return JSON.parse(new TextDecoder().decode(section)) as {
    typeIds: Record<string, { id: number; byteSize: number }>;
    exportedFunctions: Record<string, Binding>;
  };
}

for (const name of ["words", "words_plain"]) {
  Deno.test(`describeKernel() reads the description of ${name} through as-bind`, async () => {
    const description = await describeKernel(readKernel(name));
    assertEquals(description.name, "words");
    assertEquals(description.abi, ABI_VERSION);
    for (const tokenizer of ["unicode", "whitespace", "ascii", "lines"]) {
      assertEquals(description.tokenizers.includes(tokenizer), true, tokenizer);
    }
    assert(description.options.length > 0, "the kernel names its options");
  });

  Deno.test(`${name} describes itself by the names and values of query parameters`, async () => {
    const { tokenizers, options } = await describeKernel(readKernel(name));
    const { values } = COUNT_PARAMETERS.tokenizer;
    const others = ["icu", "template", "pattern"]; // of a thread, and of the kernel of records
    assertEquals(tokenizers, values.filter((value) => !others.includes(value)));
    assertEquals(options, Object.keys(COUNT_PARAMETERS).filter((name) => !OF_THE_HOST.has(name)));
  });

  Deno.test(`the build records what as-bind needs to know of ${name}`, () => {
    const { typeIds, exportedFunctions } = readSection(name);
    assertEquals(exportedFunctions.describe, {
      returnType: "~lib/string/String",
      parameters: [],
    });
    assertEquals(exportedFunctions.mapChunk, {
      returnType: "i32",
      parameters: ["usize", "u32", "usize", "u32"],
    });
    assertEquals(Object.keys(typeIds), ["~lib/string/String"]);
  });
}

Deno.test("a string id in the section is the one that the compiler gives to strings", async () => {
  const { typeIds } = readSection("words");
  const bound = await bindKernel<{ __new(bytes: number, id: number): number; memory: unknown }>(
    readKernel("words"),
  );
  // The id stands in the header of every object, 8 bytes before it.
  const { id } = typeIds["~lib/string/String"];
  const pointer = bound.__new(8, id);
  const { buffer } = bound.memory as WebAssembly.Memory;
  assertEquals(new DataView(buffer).getUint32(pointer - 8, true), id);
  assertEquals(new DataView(buffer).getUint32(pointer - 4, true), 8);
});

Deno.test("bindKernel() refuses a module without the section", async () => {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await assertRejects(() => bindKernel(empty), TypeError, "no as-bind section");
});
