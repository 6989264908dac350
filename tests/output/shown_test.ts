import { assertEquals } from "@std/assert";
import { Selection } from "../../src/output/selection.ts";
import { countShown } from "../../src/output/shown.ts";
import type { RecordCursor } from "../../src/reduce/segment.ts";

/** Keys of one byte: the first is `a`, and all others `b`. */
function records(keys: number): RecordCursor {
  const bytes = new TextEncoder().encode("ab");
  const record = { bytes, keyStart: 0, keyEnd: 0, count: 1, integer: 1n, double: 0, position: 0 };
  const next = () => {
    if (record.position === keys) return false;
    record.keyStart = record.position++ === 0 ? 0 : 1;
    record.keyEnd = record.keyStart + 1;
    return true;
  };
  return Object.assign(record, { next, seek: () => {} });
}

Deno.test("countShown() walks as far as some million records, and says nothing beyond", async () => {
  const prefix = new TextEncoder().encode("a");
  const rows = [
    { keys: 0, top: 0, shown: 0 },
    { keys: 200_000, top: 0, shown: 200_000 },
    { keys: 200_000, top: 7, shown: 7 },
    { keys: 200_000, top: 0, prefix, shown: 1 },
    { keys: 5_000_000, top: 0, shown: undefined },
    { keys: 5_000_000, top: 0, prefix, shown: undefined },
    { keys: 5_000_000, top: 1, prefix, shown: 1 },
  ];
  for (const { keys, shown, ...cut } of rows) {
    const selection = new Selection(records(keys), { min: 0, order: "count", ...cut });
    assertEquals(await countShown(selection), shown, `${keys} ${cut.top}`);
  }
});
