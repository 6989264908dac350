import { assertEquals } from "@std/assert";
import { MOST_SKIPPED_AT } from "../../assembly/records/plan_layout.ts";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { cutRecords, readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { decimal, oracleRecords } from "../support/oracle/oracle_records.ts";
import { freshSeed, Random } from "../support/random.ts";
import { column, countPlan } from "../support/record_plan.ts";
import { type RandomKind, randomPlan, randomText } from "../support/random_records.ts";

/** Of each kind: more would take minutes. */
const PLANS = Math.min(Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 125, 1500);
const TEXTS = 12;
const encoder = new TextEncoder();

/** As no file is called, but any text may be. */
const PART = 'dir/\x01\x02é,"';

for (const kind of ["csv", "line", "ndjson", "paragraph", "word"] as const) {
  Deno.test(`the kernel of records takes what an oracle takes out of ${kind}, however it is cut`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < PLANS; i++) tryPlan(random, kind, `MILLRACE_SEED=${seed}, plan ${i}`);
  });
}

Deno.test("the kernel of records takes keys and values out of rows of any length", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (const [key, value] of [[1, 2], [2, 1], [1, 3], [4, 2]]) {
    const plan: RecordPlan = {
      ...countPlan("csv", [column(key)], ";"),
      value: column(value),
      output: "values",
    };
    // Rows end anywhere in words of 64 marks and beyond them, some have too few columns.
    const rows = Array.from({ length: 2000 }, (_, i) => {
      const columns = Array.from(
        { length: random.between(1, 5) },
        () => random.oneIn(3) ? "x".repeat(random.between(0, i % 80)) : `${i}.${random.below(9)}`,
      );
      return columns.join(";") + random.pick(["\n", "\n", "\r\n"]);
    });
    const text = rows.join("") + random.pick(["", "7;7;7;7"]);
    const { forms: _, ...run } = readChunks(
      recordGuest(plan),
      cutRecords(encoder.encode(text), "csv", random),
    );
    const oracle = oracleRecords(text, plan);
    const what = `MILLRACE_SEED=${seed}, key ${key}, value ${value}`;
    assertEquals(run, { ...oracle, values: oracle.values.map(decimal) }, what);
  }
});

Deno.test("plain rows give what rows of a plan with a condition give, which are read otherwise", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 60; i++) {
    const [key, value] = random.pick([[1, 2], [2, 1], [2, 3], [3, 1]]);
    const plan: RecordPlan = {
      ...countPlan("csv", [column(key)], random.pick([";", ",", "\t"])),
      value: column(value),
      output: "values",
    };
    const always = { of: { kind: "record" }, op: "!=", text: "no such row" } as const;
    const text = plainRows(random, plan.delimiter, random.pick([2, 3, 3, 5]));
    const chunks = cutRecords(encoder.encode(text), "csv", random);
    const [plain, other] = [plan, { ...plan, where: [always] }].map((each) =>
      readChunks(recordGuest(each), chunks)
    );
    assertEquals(plain, other, `MILLRACE_SEED=${seed}, text ${i}, ${JSON.stringify(plan)}`);
  }
});

/** Rows of short numbers, among which others are rare or many. */
function plainRows(random: Random, delimiter: string, columns: number): string {
  const seldom = random.pick([3, 50, 2000, 1e9]);
  const numberOf = () => {
    const digits = `${random.below(10 ** random.between(1, 5))}`;
    const fraction = random.oneIn(3) ? "" : `.${random.below(100)}`;
    return `${random.pick(["", "-"])}${digits}${fraction}`;
  };
  const odd = () =>
    random.pick([
      "",
      "-",
      ".",
      "+7",
      " 7 ",
      "1.2.3",
      "7e3",
      "12345678901234.5",
      "word",
      "x".repeat(random.between(20, 90)),
      "7\r",
      `"7"`,
      `"a${delimiter}\n""b"`,
    ]);
  const row = () => {
    const cells = Array.from({ length: columns }, () => random.oneIn(seldom) ? odd() : numberOf());
    if (random.oneIn(seldom)) cells.length = random.below(columns);
    return cells.join(delimiter);
  };
  const end = random.pick(["\n", "\n", "\r\n"]);
  return Array.from({ length: random.between(1, 3000) }, row).join(end) + random.pick(["", end]);
}

function tryPlan(random: Random, kind: RandomKind, name: string): void {
  const plan = randomPlan(random, kind);
  const guest = recordGuest(plan);
  for (let i = 0; i < TEXTS; i++) {
    const text = randomText(random, plan);
    const oracle = oracleRecords(text, plan, PART);
    const chunks = cutRecords(encoder.encode(text), plan.records, random, plan.words);
    const { forms: _, ...run } = readChunks(guest, chunks, random.oneIn(3), PART);
    const inBytes = (at: number) => encoder.encode(text.slice(0, at)).length;
    const what = `${name}, text ${i}: ${
      JSON.stringify({ plan, text, cuts: chunks.map((c) => c.length) })
    }`;
    assertEquals(run, {
      ...oracle,
      values: plan.output === "windows"
        ? []
        : plan.output === "pairs"
        ? oracle.values
        : oracle.values.map(decimal),
      broken: namedBroken(oracle.broken.map(inBytes), chunks),
    }, what);
  }
}

/** Each chunk names its first broken records, and no more. */
function namedBroken(broken: readonly number[], chunks: readonly Uint8Array[]): number[] {
  let end = 0;
  return chunks.flatMap(({ length }) => {
    const start = end;
    end += length;
    return broken.filter((at) => start <= at && at < end).slice(0, MOST_SKIPPED_AT);
  });
}
