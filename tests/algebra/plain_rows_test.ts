import { assertEquals } from "@std/assert";
import { ListRows } from "../../src/algebra/list_rows.ts";
import { JobError } from "../../src/contract/problems.ts";
import { freshSeed, Random } from "../support/random.ts";

// Rows of TSV that are read by one look at each byte say what all other rows say.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const KEYS = ["", "key", "a\tb", "7", "1\t2", "\u{e9}\u{1f600}", " ", '"', "k".repeat(300), "\0"];
const COUNTS = ["1", "7", "90", "007", "9007199254740991", "123456789012345", "1234567890123456"];
const ODD = ["0", "", "-1", "1.5", "x", "1 ", "9007199254740992", "1e3"];

/** What a reader takes of blocks, and how it ends. */
function read(blocks: readonly string[]): unknown[] {
  const taken: unknown[] = [];
  const rows = new ListRows("tsv", (bytes, start, end, count) => {
    taken.push([decoder.decode(bytes.subarray(start, end)), count]);
  });
  try {
    for (const block of blocks) rows.read(encoder.encode(block));
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    taken.push([error.code, error.message, error.details]);
  }
  return taken;
}

Deno.test("ListRows reads plain rows as rows that end with CR LF", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 400; round++) {
    const lines = Array.from({ length: random.below(30) }, () => {
      if (random.oneIn(20)) return random.pick(["", "no tab", "\t", "\tx"]);
      return `${random.pick(KEYS)}\t${random.pick(random.oneIn(30) ? ODD : COUNTS)}`;
    });
    const cut = random.below(lines.length + 1);
    const blocks = [lines.slice(0, cut), lines.slice(cut)];
    const joined = (end: string) => blocks.map((block) => block.map((line) => line + end).join(""));
    const last = random.oneIn(2) ? "end\t5" : "";
    const plain = joined("\n");
    assertEquals(
      read([plain[0], plain[1] + last]),
      read([...joined("\r\n"), last]),
      `seed ${seed}, ${JSON.stringify(lines)}`,
    );
  }
});

Deno.test("ListRows says which line is wrong behind plain ones", () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `key ${i}\t${i + 1}\n`);
  for (const [odd, reason] of [["key\n", "has no TAB"], ["key\t0\n", "has the count '0'"]]) {
    const taken = read([rows.join("") + odd, rows.join("")]);
    assertEquals(taken.length, 5001);
    const [code, message] = taken.at(-1) as string[];
    assertEquals([code, message.includes(`line 5001 ${reason}`)], ["invalid_list", true], message);
  }
});
