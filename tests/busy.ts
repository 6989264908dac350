/**
 * Runs the whole suite several times beside processes that keep two cores busy: a test that needs
 * a quiet machine fails sooner or later. Not part of CI.
 *
 *     deno run -A tests/busy.ts 10
 */
const BURNERS = 2;
/** A run that takes longer hangs. */
const MOST_MINUTES = 60;

/** How a run ended. */
interface Outcome {
  passed: boolean;
  /** Deno's own summary, or why there is none. */
  summary: string;
  failures: string[];
  /** Everything that the run said. */
  log: string;
}

if (import.meta.main) {
  const runs = Number(Deno.args[0] ?? 10);
  if (!Number.isInteger(runs) || runs < 1) {
    console.error("Usage: deno run -A tests/busy.ts RUNS");
    Deno.exit(2);
  }
  Deno.exit(await runAll(runs) ? 0 : 1);
}

/** Whether all runs passed. */
async function runAll(runs: number): Promise<boolean> {
  const burners = Array.from({ length: BURNERS }, burn);
  let passed = 0;
  try {
    for (let run = 1; run <= runs; run++) {
      const started = performance.now();
      const outcome = await runSuite();
      const seconds = Math.round((performance.now() - started) / 1000);
      const word = outcome.passed ? "passed" : "FAILED";
      console.log(`run ${run} of ${runs}: ${word} in ${seconds} s: ${outcome.summary}`);
      for (const failure of outcome.failures) console.log(`    ${failure}`);
      if (outcome.passed) passed++;
      else console.log(`    all of it is in ${await keep(outcome.log)}`);
    }
  } finally {
    for (const burner of burners) burner.kill("SIGKILL");
  }
  console.log(`${passed} of ${runs} runs passed`);
  return passed === runs;
}

/** A process that does nothing with a core, until it is killed or its parent is gone. */
function burn(): Deno.ChildProcess {
  const code = "const parent = Deno.ppid; while (Deno.ppid === parent);";
  return new Deno.Command(Deno.execPath(), { args: ["eval", code] }).spawn();
}

async function runSuite(): Promise<Outcome> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["task", "test"],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGTERM"), MOST_MINUTES * 60_000);
  const output = await process.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const log = decoder.decode(output.stdout) + decoder.decode(output.stderr);
  const summary = /^(?:ok|FAILED) \| .*$/m.exec(log)?.[0] ?? "it came to no end";
  return { passed: output.success, summary, failures: failuresIn(log), log };
}

/** The tests that Deno names at the end: `name => ./tests/file_test.ts:1:2`. */
function failuresIn(log: string): string[] {
  const [, named = ""] = log.split(/^ FAILURES *$/m);
  return named.split("\n").filter((line) => / => \.\/|^\.\/.*error/.test(line));
}

async function keep(log: string): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "millrace-busy-", suffix: ".log" });
  await Deno.writeTextFile(path, log);
  return path;
}
