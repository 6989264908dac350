import { assertEquals } from "@std/assert";
import { readMemoryImport } from "../../../workers/key_sources/memory_import.ts";
import { buildModule } from "../../support/modules/build_module.ts";

Deno.test("readMemoryImport() reads what memory a module wants", () => {
  for (const [pages, mostPages] of [[0, undefined], [1, 1], [3, 200], [1024, 65536]] as const) {
    const module = buildModule({ map: [], pages, mostPages });
    assertEquals(readMemoryImport(module), { initial: pages, maximum: mostPages ?? Infinity });
  }
});

Deno.test("readMemoryImport() finds none in a module that imports none", () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  assertEquals(readMemoryImport(empty), { initial: 0, maximum: Infinity });
});
