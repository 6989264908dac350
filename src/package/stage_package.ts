import { bundlePrograms } from "../../assembly/build/bundle_programs.ts";
import { createManPage } from "../guides/man_page.ts";
import { GUIDES } from "../page/guides.ts";
import { emitLibrary } from "./emit_library.ts";
import { createConfig, createManifest } from "./manifest.ts";

const ROOT = new URL("../../", import.meta.url);

/** Folders that are in the package, and files beside the guides. */
const FOLDERS = [
  "src",
  "workers",
  "assembly/blocks",
  "assembly/compiled",
  "assembly/library",
  "assembly/sdk",
];
const FILES = [
  "LICENSE",
  "assembly/approx_layout.ts",
  "assembly/drain_layout.ts",
  "assembly/layout.ts",
  "assembly/literal_layout.ts",
  "assembly/number_layout.ts",
  "assembly/records/plan_layout.ts",
  "assembly/regex_layout.ts",
  "assembly/row_layout.ts",
  "assembly/table_layout.ts",
  "deno.lock",
];

/** What of these folders makes, checks or packs the rest, or has a package of its own. */
const LEFT_OUT = [
  "src/cli/dev.ts",
  "src/client/python",
  "src/guides",
  "src/package",
  "src/stop_words/generate_lists.ts",
  "assembly/compiled/fingerprint",
  "assembly/compiled/library/fingerprint",
  "assembly/compiled/millrace.js",
  "assembly/compiled/programs",
  "assembly/compiled/server.js",
  "assembly/compiled/words_faults.wasm",
];

/** Every program that Deno runs of it, threads and processes among them. */
const PROGRAMS = [
  "src/main.ts",
  "src/cli/millrace.ts",
  "src/kernels/compiler/child.ts",
  "workers/worker_entry.ts",
  "workers/try_worker.ts",
  "src/each/each_thread.ts",
  "src/listeners/listener_thread.ts",
  "src/store/disk_thread.ts",
];

/**
 * Puts the npm package into an empty folder: the sources as Deno runs them, with their kernels
 * compiled and their packages locked, and the library as JavaScript. `deno pack` of 2.9.6 knows no
 * programs, makes ranges of exact versions, and leaves out the kernels, which git ignores.
 *
 * @throws {Error} If a module is missing.
 */
export async function stagePackage(folder: URL): Promise<void> {
  for (const path of FOLDERS) await copyFolder(path, folder);
  for (const path of [...FILES, ...GUIDES.map(({ path }) => path)]) await copyFile(path, folder);
  await bundlePrograms(new URL("assembly/compiled/", folder), false);
  await writeConfig(folder);
  const dist = new URL("dist/", folder);
  const specifiers = await emitLibrary(ROOT, dist);
  await writeJson(new URL("package.json", folder), createManifest(specifiers));
  await Deno.mkdir(new URL("bin/", folder));
  const bin = new URL("bin/millrace.js", folder);
  await Deno.copyFile(new URL("bin.js", import.meta.url), bin);
  await Deno.chmod(bin, 0o755);
  await Deno.mkdir(new URL("man/", folder));
  await Deno.writeTextFile(new URL("man/millrace.1", folder), await createManPage());
}

async function copyFolder(path: string, folder: URL): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${path}/`, ROOT))) {
    const each = `${path}/${name}`;
    if (LEFT_OUT.includes(each)) continue;
    await (isDirectory ? copyFolder(each, folder) : copyFile(each, folder));
  }
}

async function copyFile(path: string, folder: URL): Promise<void> {
  const target = new URL(path, folder);
  await Deno.mkdir(new URL(".", target), { recursive: true });
  await Deno.copyFile(new URL(path, ROOT), target);
}

/** Writes what Deno needs to know, of the packages that the programs import, and of no others. */
async function writeConfig(folder: URL): Promise<void> {
  const graph = new URL("graph.ts", folder);
  const config = new URL("deno.json", folder);
  const programs = await filterAsync(PROGRAMS, (path) => exists(new URL(path, folder)));
  await Deno.writeTextFile(graph, programs.map((path) => `import "./${path}";\n`).join(""));
  await Deno.copyFile(new URL("deno.json", ROOT), config);
  const of = ["--config", config.pathname, graph.pathname];
  const { modules } = JSON.parse(await runDeno("info", "--json", "--no-lock", ...of));
  await writeJson(config, createConfig(readSpecifiers(modules)));
  await runDeno("cache", "--quiet", ...of); // takes the others out of the lock file
  await Deno.remove(graph);
}

/** A module as `deno info` tells of it. */
interface Module {
  specifier: string;
  error?: string;
  dependencies?: { specifier: string }[];
}

function readSpecifiers(modules: readonly Module[]): Set<string> {
  const broken = modules.find(({ error }) => error !== undefined);
  if (broken) throw new Error(`Cannot pack ${broken.specifier}: ${broken.error}`);
  const all = modules.flatMap(({ dependencies = [] }) => dependencies);
  return new Set(all.map(({ specifier }) => specifier));
}

async function runDeno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot pack: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function writeJson(path: URL, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

async function filterAsync<T>(all: readonly T[], test: (each: T) => Promise<boolean>) {
  const isIn = await Promise.all(all.map(test));
  return all.filter((_, i) => isIn[i]);
}

function exists(path: URL): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
