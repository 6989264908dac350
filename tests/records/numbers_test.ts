import { assertEquals } from "@std/assert";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { decimal } from "../support/oracle/oracle_records.ts";
import { freshSeed, Random } from "../support/random.ts";
import { column, countPlan } from "../support/record_plan.ts";

const PLAN: RecordPlan = {
  ...countPlan("csv", [column(1)], ";"),
  value: column(2),
  output: "values",
};
const PIECES = [
  ..."0123456789012345678900000..--+eE ",
  "\t",
  "99999999",
  "9223372036854775807",
  "/",
  ":",
  "\x7f",
];
const NUMBERS = 20_000;

Deno.test("the kernel of records reads the decimals that an oracle reads, and no others", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const guest = recordGuest(PLAN);
  const texts = Array.from({ length: NUMBERS }, () => {
    const length = random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 20, 30]);
    return Array.from({ length }, () => random.pick(PIECES)).join("");
  });
  const text = texts.map((number, i) => `${i};${number}\n`).join("");
  const { keys, values, notNumbers } = readChunks(guest, [new TextEncoder().encode(text)]);
  const found = new Map(keys.map((key, i) => [key, values[i]]));
  texts.forEach((number, i) => {
    assertEquals(found.get(`${i}`), decimal(number), `MILLRACE_SEED=${seed}: '${number}'`);
  });
  assertEquals(notNumbers, texts.filter((number) => decimal(number) === undefined).length);
});
