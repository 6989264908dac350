import { assertStringIncludes } from "@std/assert";
import { GATE_LIMITS } from "../../../src/kernels/gate/limits.ts";

Deno.test("src/kernels/gate/README.md names every limit with its default", async () => {
  const path = new URL("../../../src/kernels/gate/README.md", import.meta.url);
  const guide = (await Deno.readTextFile(path)).replaceAll(/ +/g, " ");
  for (const [name, value] of Object.entries(GATE_LIMITS)) {
    assertStringIncludes(guide, `| \`${name}\` | ${value.toLocaleString("en")} |`);
  }
});
