import { assertEquals, assertThrows } from "@std/assert";
import { encodePlan } from "../../src/records/encode_plan.ts";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { GuestFailure } from "../../workers/key_sources/guest_failure.ts";
import { readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { column, countPlan } from "../support/record_plan.ts";

const PLAN = countPlan("csv", [column(1)]);
const encoder = new TextEncoder();

Deno.test("encodePlan() refuses a plan that no kernel can follow", () => {
  const plans: [Partial<RecordPlan>, string][] = [
    [{ keys: [] }, "keys of 0 parts"],
    [{ keys: Array.from({ length: 17 }, (_, i) => column(i + 1)) }, "keys of 17 parts"],
    [{ delimiter: "" }, 'delimiter ""'],
    [{ delimiter: ",," }, 'delimiter ",,"'],
    [{ delimiter: "é" }, 'delimiter "é"'],
    [{ records: "words" }, "records of kind words"],
    [{ records: "fixed:0" }, "records of kind fixed:0"],
    [{ keys: [column(0)] }, "column 0"],
    [{ value: { kind: "field", index: 1.5 } }, "field 1.5"],
    [
      { where: Array.from({ length: 257 }, (_, i) => ({ of: column(i + 1), op: "=", text: "" })) },
      "257 different parts",
    ],
  ];
  for (const [plan, what] of plans) {
    assertThrows(() => encodePlan({ ...PLAN, ...plan }), RangeError, what);
  }
});

Deno.test("encodePlan() has each part of a record looked for once", () => {
  const keys = [column(3), column(1), column(3)];
  const guest = recordGuest({ ...PLAN, keys, where: [{ of: column(1), op: "!=", text: "x" }] });
  const { keys: found } = readChunks(guest, [encoder.encode("a,b,c\nx,y,z\n1,2,3")]);
  assertEquals(found, ["c\x01a\x01c", "3\x011\x013"]);
});

Deno.test("the kernel of records says that its memory does not do, and works once it does", () => {
  const text = encoder.encode("a,b\n".repeat(100_000));
  const small = recordGuest(PLAN, 1024 * 1024);
  assertThrows(() => readChunks(small, [text]), GuestFailure);
  assertEquals(readChunks(small, [text.subarray(0, 4000)]).keys.length, 1000);
  assertEquals(readChunks(recordGuest(PLAN), [text]).keys.length, 100_000);
});
