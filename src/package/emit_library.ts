import ts from "typescript";
import { resolvePackage } from "./manifest.ts";

/** What programs import, and what the engine's threads run. */
const ENTRIES = [
  "src/mod.ts",
  "src/local.ts",
  "src/client/mod.ts",
  "src/package/local_in_node.ts",
  "workers/worker_entry.ts",
  "workers/try_worker.ts",
  "src/each/each_thread.ts",
  "src/listeners/listener_thread.ts",
  "src/store/disk_thread.ts",
];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
  strict: true,
  declaration: true,
  rewriteRelativeImportExtensions: true,
  resolveJsonModule: true,
};

/**
 * A package from outside that a module imports; not one of Node, no example in a comment, and not the
 * SDK of kernels, which texts for their compiler import.
 */
const OUTSIDE =
  /(^(?:import|export|\}) [^;"]*?from |^import |\bimport\()"((?!millrace[/"])[^".][^":]*)"/gm;

/**
 * Writes the library and the client as JavaScript with declarations, for programs that cannot run
 * TypeScript out of a package. Types were checked by `deno check`, which knows Deno's own.
 *
 * @param root The repository.
 * @returns Which packages it imports, as deno.json names them.
 */
export async function emitLibrary(root: URL, folder: URL): Promise<Set<string>> {
  const program = ts.createProgram(ENTRIES.map((entry) => new URL(entry, root).pathname), {
    ...OPTIONS,
    rootDir: root.pathname,
    outDir: folder.pathname,
  });
  const texts = new Map<string, string>();
  program.emit(undefined, (path, text) => texts.set(path, text));
  const specifiers = new Set<string>();
  const run = findRun(texts, ENTRIES.map((entry) => new URL(renamed(entry), folder).pathname));
  for (const [path, text] of texts) {
    if (path.endsWith(".js") && !run.has(path)) continue; // it has types alone, or another program
    const resolve = (_: string, before: string, specifier: string) => {
      specifiers.add(specifier);
      return `${before}"${resolvePackage(specifier).path}"`;
    };
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const named = renameModules(text).replaceAll(OUTSIDE, resolve);
    await Deno.writeTextFile(path, findFiles(named, path.slice(folder.pathname.length)));
  }
  return specifiers;
}

/** The modules that entries run, themselves included. */
function findRun(texts: ReadonlyMap<string, string>, entries: readonly string[]): Set<string> {
  const run = new Set(entries);
  for (const path of run) { // which grows meanwhile
    for (const [, target] of texts.get(path)!.matchAll(/(?:from |import |import\()"(\.[^"]+)"/g)) {
      const found = renamed(new URL(target, `file://${path}`).pathname);
      if (texts.has(found)) run.add(found);
    }
  }
  return run;
}

function renamed(path: string): string {
  return path.replace(/\.ts$/, ".js");
}

/**
 * Files that are no modules, such as kernels, are beside the sources: one folder above the JavaScript.
 *
 * @param path Of the module, in the folder of the JavaScript.
 */
function findFiles(text: string, path: string): string {
  const up = "../".repeat(path.split("/").length);
  return text.replaceAll(
    /(?<=new URL\(")[^"]+(?<!\.js)(?=", import\.meta\.url\))/g,
    (target) => up + new URL(target, `file:///${path}`).pathname.slice(1),
  );
}

/** TypeScript renames what modules import, but neither in declarations nor in URLs of threads. */
function renameModules(text: string): string {
  return text
    .replaceAll(/((?:from |import\()"\.[^"]+)\.ts"/g, '$1.js"')
    .replaceAll(/(new URL\("[^"]+)\.ts", import\.meta\.url\)/g, '$1.js", import.meta.url)');
}
