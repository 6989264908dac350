import { assertEquals } from "@std/assert";
import { behindRecord, PACKED_KEYS, VALUE_RECORDS } from "../../src/shared/record_form.ts";

Deno.test("a record begins at the next multiple of its alignment, also beyond 2^31", () => {
  for (const base of [0, 2 ** 31 - 16, 2 ** 32 - 16, 2 ** 40]) {
    for (let keyEnd = base; keyEnd <= base + 32; keyEnd++) {
      assertEquals(behindRecord(VALUE_RECORDS, keyEnd), Math.ceil(keyEnd / 8) * 8);
      assertEquals(behindRecord(PACKED_KEYS, keyEnd), keyEnd);
    }
  }
});
