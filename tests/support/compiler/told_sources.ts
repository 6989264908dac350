import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "./diagnose.ts";

/** A whole source; line and column of each diagnostic, and a part of its message. */
export type ToldSource = [name: string, source: string, expected: [number, number, string][]];

/** Tests that the compiler tells these, and no others, with the lines in which they are. */
export function testSources(sources: readonly ToldSource[]): void {
  for (const [name, source, expected] of sources) {
    Deno.test(`compileSource() tells ${name}, with line, column and the line's text`, async () => {
      const diagnostics = await diagnose(source);
      assertEquals(
        diagnostics.map(({ line, column }) => [line, column]),
        expected.map(([line, column]) => [line, column]),
        Deno.inspect(diagnostics),
      );
      for (const [i, [line, , message]] of expected.entries()) {
        assertStringIncludes(diagnostics[i].message, message);
        assertEquals(diagnostics[i].source, source.split(/\r?\n/)[line - 1]);
      }
    });
  }
}
