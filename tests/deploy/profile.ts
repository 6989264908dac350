/**
 * Runs the tests in the Deno that Deno Deploy runs, within its limits; see src/cli/README.md.
 *
 *     deno task test:deploy
 */
const VERSION = "2.5.0";

/** Cores of an instance. */
const CORES = 2;

const ROOT = new URL("../../", import.meta.url).pathname;

/** Types have changed since, and so has what is looked for after a test. Nothing is fetched. */
const TEST = [
  "test",
  "--parallel",
  "--no-check",
  "--cached-only",
  "--preload=tests/little_memory.ts",
  "--preload=tests/deploy/preload.ts",
];

/** Nothing may be written and no program started; memory is only looked at. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-sys=systemMemoryInfo",
];

/** What an instance has not got. */
const LEFT_OUT = [
  // A disk to spill to or to keep jobs on; Deno 2.5 cannot lock the directory either.
  "tests/engine/spill_cancel_test.ts",
  "tests/engine/spill_test.ts",
  "tests/http/spill_test.ts",
  "tests/http/kill_test.ts",
  "tests/http/parts_kill_test.ts",
  "tests/http/fuzz_test.ts",
  "tests/http/put_upload_test.ts",
  "tests/store/data_directory_test.ts",
  "tests/store/old_job_record_test.ts",
  "tests/algebra/kept_merges_test.ts",
  "tests/engine/merged_lists_test.ts",
  "tests/http/damage_test.ts",
  "tests/http/kernel_restart_test.ts",
  "tests/input/file_splitter_test.ts",
  "tests/intake/remote/real_stores_test.ts",
  "tests/intake/remote/shared_folder_test.ts",
  "tests/reduce/file_segment_test.ts",
  "tests/reduce/moving_segment_test.ts",
  "tests/workers/spill/value_job_test.ts",
  // Redis, and servers in processes of their own.
  "tests/cluster",
  // Threads that share a port, which are refused there.
  "tests/listeners",
  // A shell: the command line, and the files that it counts where they are, are for the newer Deno.
  "tests/cli",
  "tests/engine/file",
  // Text in and text out, which ask nothing of a runtime; and checks of sources.
  "tests/architecture_test.ts",
  "tests/contract",
  "tests/guides",
  "tests/page",
  "tests/static",
  "tests/stop_words",
  // Compilers of kernels and a Python, which are programs of their own. Instances have none: tests of
  // modules that are built byte by byte run what a compiler would have made.
  "tests/kernels/compiler",
  "tests/algebra/merged_values_test.ts",
  "tests/engine/sdk_kernels_test.ts",
  "tests/engine/stages/stemmer_python_test.ts",
  "tests/http/decimals_test.ts",
  "tests/http/user_kernels_test.ts",
  "tests/workers/combine_trial_test.ts",
  // Kernels by themselves, which any Deno runs alike: tests of engine and server run all of them.
  "tests/assembly",
  "tests/kernels/gate",
  "tests/kernels/sdk",
  "tests/records/literals_test.ts",
  "tests/records/record_fuzz_test.ts",
  "tests/records/regex",
  "tests/records/template_test.ts",
  // Rows that are made of counts, byte by byte: tests of the server ask for them in every form.
  "tests/output/reorder_test.ts",
  "tests/output/row_runs_test.ts",
  "tests/output/value_rows_test.ts",
  // What guides say, whose examples are shells' and the newer Deno's.
  "tests/readme_test.ts",
  "tests/http/guide_test.ts",
  "tests/kernels/mappers_guide_test.ts",
  "tests/openapi/examples_test.ts",
  // The npm package, which brings a newer Deno.
  "tests/package",
  "tests/deploy/package_test.ts",
  // A developer who measures.
  "tests/load",
  // A host that is woken by a notify: there it hears messages, see src/shared/doorbell.ts.
  "tests/stress",
];

/**
 * What a test names that writes files, looks into /proc or starts programs, servers and compilers
 * above all.
 */
const BEYOND = new RegExp(
  [
    /makeTemp|TempFiles|writeKeys|spillDirectory|threadMs|\/proc\//,
    /Deno\.Command|ServerProcess|startInstance|testSections/,
    /Workshop|"content-type": "text\/typescript"/,
  ].map(({ source }) => source).join("|"),
);

/** Exit code that says that packages could not be fetched: nothing was tested. */
const NOT_INSTALLED = 3;

const INSTALL = ["install"];
const BUILD = ["run", "-A", "assembly/build/build.ts", "--force"];

const tests = (await listTests("tests")).filter((test) =>
  !LEFT_OUT.some((path) => test.startsWith(path))
);
const { within = [], beyond = [] } = Object.groupBy(
  tests,
  (test) => BEYOND.test(Deno.readTextFileSync(ROOT + test)) ? "beyond" : "within",
);
const TESTS = [[...TEST, ...PERMISSIONS, ...within], [...TEST, "-A", ...beyond]];

const deno = await findDeno();
const pinned = await isThere("taskset") ? ["taskset", "-c", `0-${CORES - 1}`, deno] : [deno];
if (pinned.length === 1) console.log("taskset is missing: all cores are used");
const cache = await Deno.makeTempDir({ prefix: "millrace-" });
try {
  Deno.exitCode = await run(INSTALL) ? await testAll() : NOT_INSTALLED;
} finally {
  await Deno.remove(cache, { recursive: true });
}

/** The exit code: 0 when the build and all tests go well. */
async function testAll(): Promise<number> {
  for (const args of [BUILD, ...TESTS]) {
    if (!await run(args)) return 1; // at once, so that what has failed ends the output
  }
  return 0;
}

/** Runs Deno with an empty cache of its own; whether all went well. */
async function run(args: readonly string[]): Promise<boolean> {
  const options = args.filter((each) => !each.endsWith("_test.ts"));
  console.log(`\nDeno ${VERSION}: ${options.join(" ")}`);
  const [program, ...rest] = [...pinned, ...args];
  const command = new Deno.Command(program, { args: rest, cwd: ROOT, env: { DENO_DIR: cache } });
  return (await command.spawn().status).success;
}

async function listTests(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await listTests(path));
    else if (name.endsWith("_test.ts")) found.push(path);
  }
  return found.sort();
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
