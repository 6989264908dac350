/**
 * Compiles the kernels with asc under Deno, bundles the programs, and does nothing when no source
 * has changed.
 *
 *     deno task build            # what changed
 *     deno task build --force    # everything
 */
import type { Transform } from "assemblyscript/transform";
import configuration from "../../deno.json" with { type: "json" };
import { STATIC_BASE } from "../layout.ts";
import { ROW_PAGES } from "../row_layout.ts";
import { AsBindTransform } from "./asbind_transform.ts";
import { buildLibrary } from "./build_library.ts";
import { bundlePrograms } from "./bundle_programs.ts";
import { digestOf, listSources, readIfThere, ROOT, writeAtomically } from "./build_files.ts";

const SOURCES = new URL("assembly/", ROOT);
const OUTPUT = new URL("compiled/", SOURCES);

const FLAGS = ["-O3", "--noAssert", "--runtime", "stub"];

/** All instances share one imported memory, with the static data below the control block. */
const SHARED = [
  "--exportRuntime",
  "--enable",
  "threads",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory",
  "64",
  "--maximumMemory",
  "65536",
  "--memoryBase",
  `${STATIC_BASE}`,
  "--use",
  "abort=assembly/memory/runtime/fault",
];

/** Each instance has a memory of its own, which grows. */
const PRIVATE = [
  "--enable",
  "threads",
  "--importMemory",
  "--initialMemory",
  "2",
  "--maximumMemory",
  "65536",
];

/** The host's own, of a size that never changes. */
const ROWS = [
  "--importMemory",
  "--initialMemory",
  `${ROW_PAGES}`,
  "--maximumMemory",
  `${ROW_PAGES}`,
];

const WORDS = "assembly/kernels/words.ts";
const SIMD = ["--enable", "simd"];
/** In the kernel for tests of faults, each step asks its thread whether to fail there. */
const faultPoints = (wanted: 0 | 1) => ["--use", `FAULT_POINTS=${wanted}`];

const KERNELS = [
  { name: "words", entry: WORDS, flags: [...SHARED, ...SIMD, ...faultPoints(0)] },
  { name: "words_plain", entry: WORDS, flags: [...SHARED, ...faultPoints(0)] },
  { name: "words_faults", entry: WORDS, flags: [...SHARED, ...SIMD, ...faultPoints(1)] },
  { name: "records", entry: "assembly/records/kernel.ts", flags: [...PRIVATE, ...SIMD] },
  { name: "rows", entry: "assembly/rows/kernel.ts", flags: [...ROWS, ...SIMD] },
];

/** Folders that make no kernel of this table: the library has a digest of its own. */
const APART = ["compiled", "library", "sdk"];

/** A digest of everything that decides what the compiler writes. */
async function fingerprint(): Promise<string> {
  const compiler = configuration.imports["assemblyscript/asc"];
  const parts = [compiler, JSON.stringify(FLAGS), JSON.stringify(KERNELS)];
  return await digestOf(parts, await listSources(SOURCES, APART));
}

async function compile(entry: string, flags: string[]): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  // Loading the compiler takes longer than finding out that there is nothing to compile.
  const { main: asc } = await import("assemblyscript/asc");
  const messages: string[] = [];
  const { error } = await asc([entry, "--outFile", "kernel.wasm", ...FLAGS, ...flags], {
    readFile: (name, base) => readIfThere(new URL(`${base}/${name}`, ROOT)),
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
    stdout: collect(messages),
    stderr: collect(messages),
    // asc fills in the members that its type asks for.
    transforms: [AsBindTransform as unknown as Transform],
  });
  if (error || !binary) {
    throw new Error(`Cannot compile ${entry}: ${error?.message}\n${messages.join("")}`);
  }
  return binary;
}

function collect(lines: string[]) {
  return { write: (text: string | Uint8Array) => void lines.push(String(text)) };
}

/** @returns Whether anything was compiled or bundled. */
export async function build({ force = false } = {}): Promise<boolean> {
  const kernels = await buildKernels(force);
  const library = await buildLibrary(new URL("library/", OUTPUT), force);
  return await bundlePrograms(OUTPUT, force) || library || kernels;
}

async function buildKernels(force: boolean): Promise<boolean> {
  const stamp = new URL("fingerprint", OUTPUT);
  const current = await fingerprint();
  if (await readIfThere(stamp) === current && !force) return false;
  await Deno.mkdir(OUTPUT, { recursive: true });
  for (const { name, entry, flags } of KERNELS) {
    const started = performance.now();
    console.error(`compiling ${name}.wasm …`);
    const binary = await compile(entry, flags);
    await writeAtomically(new URL(`${name}.wasm`, OUTPUT), binary);
    const ms = Math.round(performance.now() - started);
    console.error(`built ${name}.wasm  ${binary.length} bytes  ${ms} ms`);
  }
  await writeAtomically(stamp, new TextEncoder().encode(current));
  return true;
}

if (import.meta.main) {
  await build({ force: Deno.args.includes("--force") });
}
