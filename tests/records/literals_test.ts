import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type LiteralOptions, literalTables } from "../../src/records/literals/literal_tables.ts";
import {
  cutRecords,
  readChunks,
  recordGuest,
  type RecordRun,
} from "../support/modules/record_runs.ts";
import { oracleLiterals } from "../support/oracle/oracle_literals.ts";
import { freshSeed, Random } from "../support/random.ts";
import { countPlan } from "../support/record_plan.ts";

const ROUNDS = 400;
const KIB = 1024;
const MODES: readonly LiteralOptions[] = (["all", "leftmostLongest"] as const).flatMap((overlap) =>
  [false, true].map((folds) => ({ overlap, folds }))
);
const encoder = new TextEncoder();

function find(
  chunks: readonly Uint8Array[],
  literals: readonly string[],
  options: LiteralOptions,
  isCopy = false,
): RecordRun {
  const plan = countPlan("line", [{ kind: "record" }]);
  const guest = recordGuest({ ...plan, literals: literalTables(literals, options) });
  return readChunks(guest, chunks, isCopy);
}

/** Occurrences as the kernel and the oracle find them, in order. */
function findBoth(text: string, literals: readonly string[], options: LiteralOptions) {
  const { keys, records, missing } = find([encoder.encode(text)], literals, options);
  return { actual: { keys, records, missing }, expected: oracleLiterals(text, literals, options) };
}

const LEFTMOST = { overlap: "leftmostLongest", folds: false } as const;
const ALL = { overlap: "all", folds: false } as const;

Deno.test("of literals in one another, the leftmost and of those the longest are found", () => {
  const literals = ["he", "she", "his", "hers"];
  const text = "ushers\n";
  assertEquals(find([encoder.encode(text)], literals, LEFTMOST).keys, ["she"]);
  assertEquals(find([encoder.encode(text)], literals, ALL).keys, ["she", "hers", "he"]);
  const longer = find([encoder.encode("abcd abce")], ["ab", "abcd", "bce", "cd"], LEFTMOST);
  assertEquals(longer.keys, ["abcd", "ab"]);
});

Deno.test("no literal is found across a line's end, at which texts may be cut", () => {
  const run = find(
    ["one t", "wo\n", "tw\no", "two"].map((each) => encoder.encode(each)),
    ["two"],
    ALL,
  );
  assertEquals(run.keys, ["two"]);
});

Deno.test("case is no matter for letters of ASCII alone, if it is asked for", () => {
  const text = encoder.encode("Kelvin kELVIN \u212aelvin @`[{ É é");
  const folds = { overlap: "all", folds: true } as const;
  assertEquals(find([text], ["KELVIN", "`", "[", "\u00c9"], folds).keys, [
    "Kelvin",
    "kELVIN",
    "`",
    "[",
    "É",
  ]);
});

for (const options of MODES) {
  const name = `overlap=${options.overlap}${options.folds ? ", folded" : ""}`;

  Deno.test(`literals are found where a search at each character finds them: ${name}`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    let found = 0;
    let longest = 0;
    for (let i = 0; i < ROUNDS; i++) {
      const alphabet = [..."abAB€é漢😀\u00c3 .x"].slice(0, random.between(1, 12));
      const write = (most: number) =>
        Array.from({ length: random.between(1, most) }, () => random.pick(alphabet)).join("");
      const literals = Array.from(
        { length: random.between(1, random.oneIn(4) ? 300 : 9) },
        () => write(random.oneIn(3) ? 12 : 3),
      );
      const lines = Array.from(
        { length: random.between(1, 20) },
        () => random.oneIn(6) ? "" : write(random.oneIn(5) ? 600 : 40),
      );
      const text = lines.join("\n") + (random.oneIn(2) ? "\n" : "");
      const expected = oracleLiterals(text, literals, options);
      const chunks = cutRecords(encoder.encode(text), "line", random);
      const { keys, records, missing } = find(chunks, literals, options, random.oneIn(2));
      const say = `MILLRACE_SEED=${seed}, round ${i}: ${JSON.stringify(literals.slice(0, 9))}`;
      assertEquals({ keys, records, missing }, expected, say);
      found += keys.length;
      longest = keys.reduce((most, { length }) => Math.max(most, length), longest);
    }
    assert(found > 10 * ROUNDS && longest > 6, `only ${found} are found`);
  });

  Deno.test(`literals that lie across borders of blocks are found once: ${name}`, () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const literals = ["border", "der of a block", "of a block", "a".repeat(900), "a", "block|b"];
    for (let i = 0; i < 8; i++) {
      const text = ".".repeat(64 * KIB - random.between(0, 30)) + "border of a block|border" +
        "-".repeat(64 * KIB - random.between(0, 1000)) + "a".repeat(random.between(900, 1900)) +
        "\n";
      const { actual, expected } = findBoth(text, literals, options);
      assert(actual.keys.length > 5, `MILLRACE_SEED=${seed}`);
      assertEquals(actual, expected, `MILLRACE_SEED=${seed}`);
    }
  });
}

Deno.test("more nodes than are dense, with many children and ways back, find the same", () => {
  const random = new Random(7);
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const literals = Array.from({ length: 10_000 }, () =>
    (random.oneIn(3) ? "prefix-prefix-" : "") +
    Array.from({ length: random.between(2, 6) }, () => random.pick(letters)).join(""));
  const lines = Array.from(
    { length: 400 },
    () =>
      Array.from(
        { length: 8 },
        () => random.pick(literals).slice(0, random.between(1, 20)) + random.pick(letters),
      ).join(""),
  );
  const text = lines.join("\n");
  for (const options of [ALL, LEFTMOST]) {
    const { actual, expected } = findBoth(text, literals, options);
    assert(actual.keys.length > 1000 && actual.missing < actual.records);
    assertEquals(actual, expected);
  }
  assert(literalTables(literals, ALL).length < 3 * 1024 * KIB);
});

Deno.test("tables stay within 24 bytes for each byte of the literals, and a MiB", () => {
  const random = new Random(9);
  const literals = Array.from(
    { length: 1_000 },
    () => Array.from({ length: 500 }, () => String.fromCharCode(random.between(33, 126))).join(""),
  );
  assert(literalTables(literals, ALL).length < 24 * 500_000 + 1024 * KIB);
});

Deno.test("a kernel that took the shortest, or let them overlap, would be told apart", () => {
  const literals = ["a", "ab", "bc"];
  const text = "abc ab\n";
  const leftmost = oracleLiterals(text, literals, LEFTMOST).keys;
  const all = oracleLiterals(text, literals, ALL).keys;
  const shortest = [...text.matchAll(/a|ab|bc/g)].map(([each]) => each);
  assertEquals(leftmost, ["ab", "ab"]);
  assertEquals(all.toSorted(), ["a", "a", "ab", "ab", "bc"]);
  assertNotEquals(shortest, leftmost);
});
