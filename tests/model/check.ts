/**
 * Checks the models of the protocols in shared memory and in a cluster: every interleaving of every
 * step, for small sizes. Needs `spin` and a C compiler.
 *
 * A run fails on an assertion, a deadlock, a cycle without an end, a search that is not complete,
 * and on a statement that no run of its model reaches. A broken variant of each protocol must be
 * caught: a model that cannot fail proves nothing.
 */

/** One exhaustive search. */
interface Run {
  model: string;
  /** Macros that set the model's sizes. */
  sizes: string;
  /** `safety`: assertions and deadlocks; `liveness`: every fair run ends; `broken`: must fail. */
  kind: "safety" | "liveness" | "broken";
}

const RUNS: Run[] = [
  { model: "task_queue", sizes: "WORKERS=2 CAPACITY=2 TASKS=5", kind: "safety" },
  { model: "task_queue", sizes: "WORKERS=2 CAPACITY=2 TASKS=5 FIRST=6", kind: "safety" },
  { model: "task_queue", sizes: "WORKERS=2 CAPACITY=4 TASKS=6", kind: "safety" },
  { model: "task_queue", sizes: "WORKERS=3 CAPACITY=2 TASKS=3", kind: "safety" },
  { model: "task_queue", sizes: "WORKERS=2 TASKS=3 DEATHS=2", kind: "safety" },
  { model: "task_queue", sizes: "WORKERS=2 TASKS=4 LIVENESS", kind: "liveness" },
  { model: "task_queue", sizes: "STOP_READ_FIRST", kind: "broken" },
  { model: "task_queue", sizes: "HEAD_STORED", kind: "broken" },
  { model: "task_queue", sizes: "SPINNER_FIRST", kind: "broken" },
  { model: "result_ring", sizes: "WORKERS=2 CAPACITY=2 TASKS=4", kind: "safety" },
  { model: "result_ring", sizes: "WORKERS=2 CAPACITY=4 TASKS=5", kind: "safety" },
  { model: "result_ring", sizes: "WORKERS=2 TASKS=3 PROBES=2", kind: "safety" },
  { model: "result_ring", sizes: "WORKERS=2 PROBES=2 RELIABLE=0", kind: "safety" },
  { model: "result_ring", sizes: "WORKERS=2 TASKS=3 LIVENESS", kind: "liveness" },
  { model: "result_ring", sizes: "DRAIN_FIRST", kind: "broken" },
  { model: "result_ring", sizes: "PROBE_STORED RELIABLE=0", kind: "broken" },
  { model: "result_ring", sizes: "CAPACITY=2 DEPTH=3", kind: "broken" },
  { model: "page_map", sizes: "PLAIN=1 KERNELS=1 PAGES=4", kind: "safety" },
  { model: "page_map", sizes: "PLAIN=0 KERNELS=2 PAGES=5", kind: "safety" },
  { model: "page_map", sizes: "PLAIN=2 KERNELS=1 PAGES=4 ROUNDS=1", kind: "safety" },
  { model: "page_map", sizes: "PLAIN=1 KERNELS=1 PAGES=4 DEATHS=2", kind: "safety" },
  { model: "page_map", sizes: "PLAIN=1 KERNELS=1 PAGES=2 DEATHS=1", kind: "safety" },
  { model: "page_map", sizes: "PLAIN=1 KERNELS=1 PAGES=4 LIVENESS", kind: "liveness" },
  { model: "page_map", sizes: "OWNER_STORED", kind: "broken" },
  { model: "leash", sizes: "TASKS=3 STOPS=3", kind: "safety" },
  { model: "leash", sizes: "TASKS=4 STOPS=2", kind: "safety" },
  { model: "leash", sizes: "TASKS=4 IDS=2 STOPS=3", kind: "safety" },
  { model: "leash", sizes: "TASKS=3 LIVENESS", kind: "liveness" },
  { model: "leash", sizes: "STORED", kind: "broken" },
  { model: "leash", sizes: "LOOKED_FIRST", kind: "broken" },
  { model: "serial_lock", sizes: "THREADS=3 ROUNDS=2", kind: "safety" },
  { model: "serial_lock", sizes: "THREADS=3 ROUNDS=2 LEAVERS=1", kind: "safety" },
  { model: "serial_lock", sizes: "THREADS=3 ROUNDS=1 LEAVERS=1 DEATHS=1", kind: "safety" },
  { model: "serial_lock", sizes: "THREADS=3 ROUNDS=2 DEATHS=2", kind: "safety" },
  { model: "serial_lock", sizes: "THREADS=2 ROUNDS=2 DEATHS=1 LIVENESS", kind: "liveness" },
  { model: "serial_lock", sizes: "STORED", kind: "broken" },
  { model: "serial_lock", sizes: "ALONE", kind: "broken" },
  { model: "serial_lock", sizes: "ROUNDS=1 LEAVERS=1 KEPT", kind: "broken" },
  { model: "serial_lock", sizes: "ROUNDS=1 DEATHS=1 UNHEARD", kind: "broken" },
  { model: "task_records", sizes: "TASKS=1 BLOCKS=3 DEATHS=1", kind: "safety" },
  {
    model: "task_records",
    sizes: "TASKS=1 BLOCKS=2 DEATHS=2 SPARES=2 SUSPICIONS=1",
    kind: "safety",
  },
  { model: "task_records", sizes: "TASKS=2 BLOCKS=2 DEATHS=0", kind: "safety" },
  { model: "task_records", sizes: "TASKS=2 BLOCKS=1 DEATHS=1", kind: "safety" },
  { model: "task_records", sizes: "TASKS=1 BLOCKS=2 DEATHS=1 SUSPICIONS=2", kind: "safety" },
  { model: "task_records", sizes: "TASKS=1 BLOCKS=2 DEATHS=1 LIVENESS", kind: "liveness" },
  { model: "task_records", sizes: "TASKS=1 CHECKED_ONCE", kind: "broken" },
  { model: "task_records", sizes: "TASKS=1 TAKEN_BACK_ANYHOW", kind: "broken" },
  { model: "task_records", sizes: "TASKS=1 FREED_EARLY", kind: "broken" },
  { model: "task_records", sizes: "TASKS=1 NOT_PUSHED_AGAIN", kind: "broken" },
  { model: "task_records", sizes: "TASKS=1 NOT_SCANNED", kind: "broken" },
  { model: "cluster_split", sizes: "STALLS=1 LOSSES=1", kind: "safety" },
  { model: "cluster_split", sizes: "STALLS=2 LOSSES=0", kind: "safety" },
  { model: "cluster_split", sizes: "STALLS=0 LOSSES=2", kind: "safety" },
  { model: "cluster_split", sizes: "STALLS=1 LOSSES=0 LIVENESS", kind: "liveness" },
  { model: "cluster_split", sizes: "UNFENCED", kind: "broken" },
  { model: "cluster_split", sizes: "BOTH_TAKEN", kind: "broken" },
  { model: "cluster_reduce", sizes: "DEATHS=1", kind: "safety" },
  { model: "cluster_reduce", sizes: "RANGES=1 DEATHS=2", kind: "safety" },
  { model: "cluster_reduce", sizes: "RANGES=1 DEATHS=1 LIVENESS", kind: "liveness" },
  { model: "cluster_reduce", sizes: "LOSS_UNTOLD", kind: "broken" },
  { model: "cluster_reduce", sizes: "RESTORED_TWICE", kind: "broken" },
];

const TIMEOUT_MS = 600_000;
const MEMORY_MIB = 2048;
const DEPTH = 1_000_000;
/** Searches at once. */
const LANES = 2;

/** What one search said. */
interface Outcome {
  states: number;
  transitions: number;
  depth: number;
  seconds: number;
  /** Statements that it did not reach: process, line and text. */
  unreached: Set<string>;
  /** Why the run failed; undefined when it did not. */
  complaint?: string;
}

const NOTHING = { states: 0, transitions: 0, depth: 0, seconds: 0, unreached: new Set<string>() };

/** Runs a program to its end. */
async function output(program: string, args: string[], cwd: string): Promise<string> {
  const { code, signal, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (signal !== null) throw new Error(`${program} took more than ${TIMEOUT_MS} ms`);
  if (code !== 0) throw new Error(`${program} failed with code ${code}:\n${text}`);
  return text;
}

/** The first of the programs that answers to `-V` or `--version`. */
async function find(programs: string[], flag: string): Promise<string | undefined> {
  for (const program of programs) {
    try {
      const command = new Deno.Command(program, { args: [flag], stdout: "null", stderr: "null" });
      if ((await command.output()).success) return program;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Generates, compiles and runs the verifier of one run. */
async function search(run: Run, compiler: string): Promise<Outcome> {
  const folder = await Deno.makeTempDir({ prefix: "millrace-model-" });
  try {
    const name = `${run.model}.pml`;
    await Deno.copyFile(new URL(name, import.meta.url), `${folder}/${name}`);
    const macros = run.sizes.split(" ").map((size) => `-D${size}`);
    await output("spin", [...macros, "-a", name], folder);
    const live = run.kind === "liveness";
    const bounds = [`-DMEMLIM=${MEMORY_MIB}`, ...live ? [] : ["-DSAFETY"]];
    // Most runs end sooner than a compiler that optimizes more; broken variants fail at once.
    const level = run.kind === "broken" ? "-O0" : "-O1";
    await output(compiler, [level, "-w", ...bounds, "-o", "pan", "pan.c"], folder);
    const text = await output("./pan", [`-m${DEPTH}`, "-w24", ...live ? ["-a", "-f"] : []], folder);
    return read(text, run);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Reads a verifier's report. */
function read(text: string, run: Run): Outcome {
  const number = (pattern: RegExp): number => {
    const found = text.match(pattern);
    if (!found) throw new Error(`No ${pattern} in the report of ${run.model}:\n${text}`);
    return Number(found[1]);
  };
  const outcome: Outcome = {
    states: number(/([\d.e+]+) states, stored/),
    transitions: number(/([\d.e+]+) transitions/),
    depth: number(/depth reached (\d+)/),
    seconds: number(/elapsed time ([\d.]+)/),
    unreached: unreachedIn(text),
  };
  const incomplete = text.match(/max search depth too small|Search not completed|out of memory/);
  const errors = number(/errors: (\d+)/);
  const error = text.match(/pan:1: (.*)/)?.[1];
  if (run.kind === "broken") {
    if (errors === 0) outcome.complaint = "the broken variant was not caught";
  } else if (errors > 0) outcome.complaint = error;
  else if (incomplete) outcome.complaint = incomplete[0];
  return outcome;
}

function unreachedIn(text: string): Set<string> {
  const unreached = new Set<string>();
  let process = "";
  for (const line of text.split("\n")) {
    process = line.match(/^unreached in (.*)/)?.[1] ?? process;
    // A process that serves for ever has no end, and a claim that holds none either.
    const statement = line.match(/:(\d+), state \d+, "(.*)"/);
    if (!statement || statement[2] === "-end-" || process.startsWith("claim")) continue;
    unreached.add(`${process}, line ${statement[1]}: ${statement[2]}`);
  }
  return unreached;
}

/** Statements that no safety run of the model reached. */
function neverReached(model: string, outcomes: Map<Run, Outcome>): string[] {
  const sets = [...outcomes]
    .filter(([run]) => run.model === model && run.kind === "safety")
    .map(([, { unreached }]) => unreached);
  if (sets.length === 0) return [];
  return [...sets[0]].filter((statement) => sets.every((set) => set.has(statement)));
}

function row(run: Run, outcome: Outcome): string {
  const { states, transitions, depth, seconds, complaint } = outcome;
  const good = run.kind === "broken" ? "caught" : "ok";
  return [
    run.model.padEnd(12),
    run.kind.padEnd(8),
    run.sizes.padEnd(36),
    states.toLocaleString("en").padStart(10),
    transitions.toLocaleString("en").padStart(11),
    String(depth).padStart(6),
    seconds.toFixed(1).padStart(6),
    complaint ? `FAILED: ${complaint}` : good,
  ].join(" ");
}

async function main(): Promise<number> {
  const compiler = await find(["cc", "gcc", "clang"], "--version");
  if (!(await find(["spin"], "-V")) || !compiler) {
    console.error("The models need spin and a C compiler: apt-get install spin gcc");
    return 1;
  }
  console.log(
    `${"model".padEnd(12)} ${"kind".padEnd(8)} ${
      "sizes".padEnd(36)
    }     states transitions  depth      s`,
  );
  const outcomes = new Map<Run, Outcome>();
  const waiting = RUNS.values();
  const lane = async () => {
    for (const run of waiting) {
      const outcome = await search(run, compiler).catch((error: Error): Outcome => {
        return { ...NOTHING, complaint: error.message };
      });
      outcomes.set(run, outcome);
      console.log(row(run, outcome));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));

  let failed = [...outcomes.values()].filter(({ complaint }) => complaint).length;
  const passed = RUNS.length - failed;
  for (const model of new Set(RUNS.map(({ model }) => model))) {
    const statements = neverReached(model, outcomes);
    if (statements.length === 0) continue;
    failed++;
    console.log(`${model}: no run reaches\n  ${statements.join("\n  ")}`);
  }
  let states = 0;
  for (const [{ kind }, outcome] of outcomes) if (kind !== "broken") states += outcome.states;
  console.log(`\n${states.toLocaleString("en")} states explored`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

Deno.exit(await main());
