import { assert, assertEquals } from "@std/assert";
import type { Command } from "commander";
import { COMMAND_NAMES } from "../../../src/cli/command_names.ts";
import { countRows } from "../../../src/cli/count/count_rows.ts";
import { type CountLine, readCountLine } from "../../../src/cli/count/read_line.ts";
import { attributeOf, readFlag } from "../../../src/cli/count/flags.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { readPlainCount } from "../../../src/cli/start.ts";
import { freshSeed, Random } from "../../support/random.ts";

// Whatever is read without the parser of all commands, that parser reads as well, and the same way.

const CASES = 1500;

const VALUES = ["3", "all", "", "a,b", "lines", "x=y", "a b", "tsv", "auto", "none", "naïve"];
const ODD_VALUES = ["-", "-3", "--top", "--", "--version", "-h", "--help", "-x"];
const WORDS = ["a.txt", "-", "", "dir/*.txt", "http://localhost/", "count", "help", "x=1"];
const ODD_WORDS = ["--", "-h", "--help", "--version", "--topp", "-z", "-3", "-qr", "--quiet=1"];

/** What the parser of all commands makes of a line; undefined where it refuses it, or does not count. */
async function readByParser(args: readonly string[]): Promise<CountLine | undefined> {
  const program = await createProgram(["count"]);
  const count = program.commands.find((each) => each.name() === "count")!;
  let line: CountLine | undefined;
  count.action((words: string[], given: Record<string, unknown>) => {
    line = { words, given };
  });
  for (const command of [program, count]) silence(command);
  try {
    await program.parseAsync(args.map(readFlag), { from: "user" });
  } catch {
    return undefined;
  }
  return line;
}

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
}

/** A row's name or letter, as a user may write it, and whether a value follows. */
function drawOption(random: Random): { flag: string; long: boolean; takesValue: boolean } {
  const { flags } = random.pick(countRows());
  const [names, value] = flags.split(" <");
  const flag = random.pick(names.split(", "));
  const long = flag.startsWith("--");
  const asApi = long && random.oneIn(3) ? `--${attributeOf(flag)}` : flag;
  return { flag: asApi, long, takesValue: value !== undefined };
}

function drawArgs(random: Random, isPlain: boolean): string[] {
  const args = random.oneIn(4) ? ["count"] : [];
  for (let rest = random.below(7); rest > 0; rest--) {
    if (random.oneIn(3)) {
      args.push(random.pick(isPlain || random.oneIn(2) ? WORDS : ODD_WORDS));
      continue;
    }
    const { flag, long, takesValue } = drawOption(random);
    if (!takesValue) {
      args.push(flag);
      continue;
    }
    const value = random.pick(isPlain || random.oneIn(2) ? VALUES : ODD_VALUES);
    if (random.oneIn(2)) args.push(flag, value);
    else args.push(long ? `${flag}=${value}` : `${flag}${value}`);
  }
  return args;
}

Deno.test("readPlainCount() reads what the parser of all commands reads, or nothing", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let read = 0;
  let left = 0;
  for (let i = 0; i < CASES; i++) {
    const args = drawArgs(random, random.oneIn(2));
    if (args.length === 0) continue; // what is said then depends on stdin
    const line = readPlainCount(args);
    const about = `seed ${seed}, case ${i}: ${JSON.stringify(args)}`;
    if (line === undefined) left++;
    else {
      read++;
      const parsed = await readByParser(args);
      assertEquals({ ...line, given: { ...line.given } }, parsed && { ...parsed }, about);
    }
  }
  assert(read > CASES / 4, `${read} lines were read`);
  assert(left > CASES / 20, `${left} lines were left`);
});

Deno.test("readCountLine() needs no other parser for any option with a good value", () => {
  for (const { flags, choices } of countRows()) {
    const [names, value] = flags.split(" <");
    for (const name of names.split(", ")) {
      const values = value === undefined ? [] : [choices?.[0] ?? "3"];
      const line = readCountLine([name, ...values, "a.txt"]);
      assertEquals(line?.words, ["a.txt"], name);
    }
  }
});

Deno.test("readPlainCount() leaves other commands, help and mistakes to the parser of all", () => {
  const others = COMMAND_NAMES.filter((name) => name !== "count");
  const lines = [...others, "help", "completions", "complete"].map((word) => [word, "a.txt"]);
  const odd = [
    ["--help"],
    ["a.txt", "--version"],
    ["--top"],
    ["--top", "-3"],
    ["--format", "yaml"],
    ["--quiet=1", "a.txt"],
    ["--", "a.txt"],
    ["--topp", "3"],
  ];
  for (const args of [...lines, ...odd]) assertEquals(readPlainCount(args), undefined, args.join());
});

Deno.test("readCountLine() takes what a variable says where an option does not", async () => {
  const before = Deno.env.get("MILLRACE_SERVER");
  Deno.env.set("MILLRACE_SERVER", "http://localhost:9");
  try {
    for (const args of [["a.txt"], ["--server", "http://localhost:8", "a.txt"]]) {
      assertEquals(readPlainCount(args), await readByParser(args));
    }
  } finally {
    if (before === undefined) Deno.env.delete("MILLRACE_SERVER");
    else Deno.env.set("MILLRACE_SERVER", before);
  }
});
