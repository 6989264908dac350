import { assert, assertEquals } from "@std/assert";
import { cutRecords, readChunks, recordGuest } from "../support/modules/record_runs.ts";
import { oracleTemplate } from "../support/oracle/oracle_template.ts";
import { freshSeed, Random } from "../support/random.ts";
import { randomLogLine } from "../support/random_lines.ts";
import { countPlan } from "../support/record_plan.ts";

const LINES = 20_000;
const LINES_A_TEXT = 50;
const encoder = new TextEncoder();
const guest = recordGuest(countPlan("line", [{ kind: "template" }]));

function templateOf(line: string): string {
  return readChunks(guest, [encoder.encode(line)]).keys[0];
}

const TEMPLATES: [line: string, template: string][] = [
  [
    '203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.0" 200 2326',
    "<ip> - - [<date>] <str> <num> <num>",
  ],
  [
    "Oct  9 03:55:36 host-2 sshd[4711]: Failed password for root from 10.0.0.7 port 22 ssh2",
    "<date> host-<num> sshd[<num>]: Failed password for root from <ip> port <num> ssh2",
  ],
  [
    "2026-11-28T12:00:39.123Z INFO job 6ba7b810-9dad-11d1-80b4-00c04fd430c8 took 12.5ms",
    "<date> INFO job <uuid> took <num>ms",
  ],
  [
    "081109 203518 143 INFO dfs.DataNode: block blk_-1608999687919862906",
    "<num> <num> <num> INFO " +
    "dfs.DataNode: block blk_-<num>",
  ],
  [
    "at 0x7ffeE1, commit 3fe9f32ab, [fe80::1%eth0]:8080, 00:1a:2b:3c:4d:5e",
    "at <hex>, commit <hex>, " +
    "[<ip>%eth0]:<num>, <hex>",
  ],
  ['{"id":"a \\"b\\" c","n":-1.5e+3}', "{<str>:<str>,<str>:-<num>}"],
  ['an open "quote 5', 'an open "quote <num>'],
  [
    "version 1.20.3 of utf8 and é1, deadbeef, cafebabe1",
    "version <num> of utf8 and é1, deadbeef, " +
    "<hex>",
  ],
  ["no masks at all", "no masks at all"],
  ["12:34 1.2.3.4.5 1.2.3.400 2026-1-1", "<num>:<num> <num> <ip> <num>-<num>-<num>"],
];

for (const [line, template] of TEMPLATES) {
  Deno.test(`the template of ${line} is ${template}`, () => {
    assertEquals(templateOf(line), template);
    assertEquals(oracleTemplate(line), template);
  });
}

Deno.test("templates are those that regular expressions make, however a text is cut", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let masked = 0;
  for (let i = 0; i < LINES / LINES_A_TEXT; i++) {
    const lines = Array.from({ length: LINES_A_TEXT }, () => randomLogLine(random));
    const text = encoder.encode(lines.join("\n") + "\n");
    const { keys } = readChunks(guest, cutRecords(text, "line", random), random.oneIn(2));
    const expected = lines.map(oracleTemplate);
    for (const [at, key] of keys.entries()) {
      assertEquals(key, expected[at], `MILLRACE_SEED=${seed}: ${JSON.stringify(lines[at])}`);
    }
    assertEquals(keys.length, lines.length);
    masked += lines.filter((line, at) => line !== expected[at]).length;
  }
  assert(masked > LINES / 2, `only ${masked} lines have masks`);
});

Deno.test("templates of lines that grow most have room", () => {
  for (const line of ["1", "1 1", "1,".repeat(10_000) + "1", '""'.repeat(5_000)]) {
    assertEquals(templateOf(line), oracleTemplate(line));
  }
});
