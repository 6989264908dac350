/**
 * Runs the tests in the Deno that Deno Deploy runs, within its limits; see the README.
 *
 *     deno task test:deploy
 */
const VERSION = "2.5.0";

/** Cores of an instance. */
const CORES = 2;

const ROOT = new URL("../../", import.meta.url).pathname;

/** Types have changed since, and so has what is looked for after a test. Nothing is fetched. */
const TEST = [
  ...["test", "--parallel", "--no-check", "--cached-only"],
  "--preload=tests/deploy/preload.ts",
];

/** Nothing may be written and no program started; memory is only looked at. */
const PERMISSIONS = [
  ...["--no-prompt", "--allow-net", "--allow-env", "--allow-read"],
  "--allow-sys=systemMemoryInfo",
];

/** What an instance has not got. */
const LEFT_OUT = [
  // A disk to spill to or to keep jobs on; Deno 2.5 cannot lock the directory either.
  "tests/engine/spill_test.ts",
  "tests/http/spill_test.ts",
  "tests/http/kill_test.ts",
  "tests/http/fuzz_test.ts",
  "tests/store/data_directory_test.ts",
  // A host that is woken by a notify: there it hears messages, see src/queue/doorbell.ts.
  "tests/stress",
];

/** Tests that write files or start programs themselves, servers above all. */
const WITH_FILES = [
  "tests/deploy",
  "tests/access/key_source_test.ts",
  "tests/engine/engine_test.ts",
  "tests/engine/faults_test.ts",
  "tests/engine/futures_test.ts",
  "tests/engine/live_top_test.ts",
  "tests/http/abuse_test.ts",
  "tests/http/access_test.ts",
  "tests/http/health_test.ts",
  "tests/http/instances_test.ts",
  "tests/http/leak_test.ts",
  "tests/http/server_test.ts",
  "tests/http/slow_reader_test.ts",
  "tests/keys_test.ts",
  "tests/observe/traces_test.ts",
  "tests/openapi/examples_test.ts",
  "tests/reduce/file_segment_test.ts",
  "tests/store/blobs_test.ts",
  "tests/store/kv_store_test.ts",
];

const STEPS = {
  "Install the packages": ["install"],
  "Build the kernels": ["run", "-A", "assembly/build.ts", "--force"],
  "Test without a right to write or to run": [
    ...TEST,
    ...PERMISSIONS,
    `--ignore=${[...LEFT_OUT, ...WITH_FILES].join()}`,
    "tests",
  ],
  "Test what takes files and programs to be tested": [...TEST, "-A", ...WITH_FILES],
};

const deno = await findDeno();
const pinned = await isThere("taskset") ? ["taskset", "-c", `0-${CORES - 1}`, deno] : [deno];
const cache = await Deno.makeTempDir({ prefix: "millrace-" });
try {
  for (const [title, args] of Object.entries(STEPS)) {
    console.log(
      `\n${title}: Deno ${VERSION}, ${pinned.length > 1 ? `${CORES} cores` : "all cores"}`,
    );
    const code = await run([...pinned, ...args], { DENO_DIR: cache });
    if (code === 0) continue;
    Deno.exitCode = code;
    break;
  }
} finally {
  await Deno.remove(cache, { recursive: true });
}

async function run([program, ...args]: string[], env: Record<string, string>): Promise<number> {
  const { code } = await new Deno.Command(program, { args, env, cwd: ROOT }).spawn().status;
  return code;
}

/**
 * The program itself, downloaded when need be: npx starts it in a process of its own, which
 * would outlive a signal.
 */
async function findDeno(): Promise<string> {
  const args = ["--yes", `deno@${VERSION}`, "eval", "console.log(Deno.execPath())"];
  try {
    const { code, stdout } = await new Deno.Command("npx", { args, stderr: "inherit" }).output();
    if (code === 0) return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.error(`Cannot get Deno ${VERSION}: npx is missing, or the download failed`);
  Deno.exit(2);
}

async function isThere(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}
