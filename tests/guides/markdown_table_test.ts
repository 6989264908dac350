import { assertEquals, assertThrows } from "@std/assert";
import { formatTable, replaceTables } from "../../src/guides/markdown_table.ts";

const TABLE = [["a", "meaning"], ["`x|y`", "either"], ["é", "1 × 2"]];

Deno.test("formatTable() writes what deno fmt leaves as it is", async () => {
  const text = formatTable(TABLE) + "\n";
  assertEquals(
    text,
    "| a      | meaning |\n| ------ | ------- |\n| `x\\|y` | either  |\n| é      | 1 × 2   |\n",
  );
  const args = ["fmt", "--ext", "md", "-"];
  const fmt = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = fmt.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout } = await fmt.output();
  assertEquals(new TextDecoder().decode(stdout), text);
});

Deno.test("replaceTables() writes between the marks alone, and again the same", () => {
  const guide = "# A\n\n<!-- table: one -->\nold\n<!-- /table -->\n\nend $& $1\n";
  const renewed = replaceTables(guide, { one: TABLE });
  assertEquals(
    renewed,
    `# A\n\n<!-- table: one -->\n\n${formatTable(TABLE)}\n\n<!-- /table -->\n\nend $& $1\n`,
  );
  assertEquals(replaceTables(renewed, { one: TABLE }), renewed);
});

Deno.test("replaceTables() refuses a table without a place and a place without a table", () => {
  const guide = "<!-- table: one -->\n<!-- /table -->\n";
  assertThrows(() => replaceTables(guide, {}), Error, "Cannot write table one: none is made");
  assertThrows(
    () => replaceTables(guide, { one: TABLE, two: TABLE }),
    Error,
    "Cannot write table two: the guide has no place for it",
  );
});
