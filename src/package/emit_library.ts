import ts from "typescript";
import { resolvePackage } from "./manifest.ts";

/** What programs import, and what the engine's threads run. */
const ENTRIES = ["src/mod.ts", "src/client/mod.ts", "workers/worker_entry.ts"];

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

/** A package from outside that a module imports; not one of Node, and no example in a comment. */
const OUTSIDE = /(^(?:import|export|\}) [^;"]*?from |^import |\bimport\()"([^".][^":]*)"/gm;

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
  for (const [path, text] of texts) {
    const resolve = (_: string, before: string, specifier: string) => {
      specifiers.add(specifier);
      return `${before}"${resolvePackage(specifier).path}"`;
    };
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, renameModules(text).replaceAll(OUTSIDE, resolve));
  }
  return specifiers;
}

/** TypeScript renames what modules import, but neither in declarations nor in URLs of threads. */
function renameModules(text: string): string {
  return text
    .replaceAll(/((?:from |import\()"\.[^"]+)\.ts"/g, '$1.js"')
    .replaceAll(/(new URL\("[^"]+)\.ts", import\.meta\.url\)/g, '$1.js", import.meta.url)');
}
