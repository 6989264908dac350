import { assert, assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { BENCHMARKS } from "../../../load/bench/benchmarks.ts";
import { helpText, readCommand } from "../../../load/bench/command.ts";
import { MisreadOption } from "../../../load/support/options.ts";

const read = (...args: string[]) => readCommand(args, BENCHMARKS);

/** The request of a comparison. */
function readComparison(...args: string[]) {
  const command = read(...args);
  if (command.kind !== "compare") throw new Error(`${args.join(" ")} is ${command.kind}`);
  return command.request;
}

Deno.test("readCommand() lists the benchmarks without arguments", () => {
  assertEquals(read(), { kind: "list", json: false });
  assertEquals(read("--json"), { kind: "list", json: true });
});

Deno.test("readCommand() takes --help for one benchmark, or for all", () => {
  assertEquals(read("--help"), { kind: "help" });
  assertEquals(read("all", "--help"), { kind: "help" });
  assertObjectMatch(read("hop", "--help"), { kind: "help", benchmark: { name: "hop" } });
});

Deno.test("readCommand() runs the benchmark that is named, with its options", () => {
  assertObjectMatch(read("hop", "--hops", "10", "--json"), {
    kind: "run",
    benchmark: { name: "hop" },
    values: { hops: 10, rounds: 15, out: 8 },
    json: true,
  });
});

Deno.test("readCommand() passes on the options of all", () => {
  assertEquals(read("all", "--mb", "20", "--rounds", "3"), {
    kind: "all",
    given: { mb: "20", rounds: "3" },
  });
});

Deno.test("readCommand() compares with --against; --rounds are then those of the comparison", () => {
  const request = readComparison("small_jobs", "--against", "HEAD~3", "--rounds", "7", "--ms", "9");
  assertEquals(request.benchmark.name, "small_jobs");
  assertEquals(request.against, "HEAD~3");
  assertEquals(request.rounds, 7);
  assertEquals(request.given, { ms: "9" });
  assertObjectMatch(request.values, { ms: 9, rounds: 7, connections: 16 });
  assertEquals(readComparison("kernel", "--against", "main").rounds, 11);
});

Deno.test("readCommand() gives soak, which has no rounds, those of a comparison", () => {
  assertEquals(readComparison("soak", "--against", "main", "--rounds", "8").rounds, 8);
  assertThrows(
    () => read("soak", "--rounds", "8"),
    MisreadOption,
    "Cannot read --rounds: soak has",
  );
});

const REFUSED = [
  { args: ["hopp"], message: 'Unknown benchmark "hopp". Did you mean hop?' },
  { args: ["hopp"], message: "  small_jobs  " },
  { args: ["hop", "scaling"], message: 'Cannot read "scaling": one benchmark at a time' },
  { args: ["hop", "--mb", "3"], message: "Cannot read --mb: hop has --hops, --rounds, --out" },
  { args: ["hop", "--hop", "3"], message: "Unknown option --hop. Did you mean --hops?" },
  { args: ["--mb", "3"], message: "Cannot read --mb without a benchmark" },
  { args: ["--against", "main"], message: "Cannot read --against without a benchmark" },
  { args: ["all", "--json"], message: "Cannot read --json: it is for one benchmark" },
  { args: ["all", "--against", "main"], message: "Cannot read --against: it is for one benchmark" },
  { args: ["hop", "--against", "main", "--rounds", "0"], message: "an integer of at least 1" },
];
for (const { args, message } of REFUSED) {
  Deno.test(`${args.join(" ")} is refused: ${message.trim()}`, () => {
    assertThrows(() => read(...args), MisreadOption, message);
  });
}

Deno.test("helpText() names every benchmark and every option", () => {
  const all = helpText(BENCHMARKS);
  for (const benchmark of BENCHMARKS) {
    assert(all.includes(`  ${benchmark.name} `), `help of all names ${benchmark.name}`);
    const one = helpText(BENCHMARKS, benchmark);
    for (const option of Object.keys(benchmark.options)) {
      assert(one.includes(`--${option}`), `help of ${benchmark.name} names --${option}`);
    }
  }
});
