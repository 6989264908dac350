import ts from "typescript";

const ROOT = new URL("../../", import.meta.url);

/**
 * Writes modules of this repository, and all that they import of it, without their types: as a
 * runtime that knows no TypeScript loads them. Nothing else is changed in them.
 *
 * @param path The first module, such as `src/client/mod.ts`.
 * @returns Where its copy is.
 */
export async function stripTypes(path: string, folder: URL): Promise<URL> {
  const seen = new Set<string>();
  const copy = async (source: URL): Promise<URL> => {
    const name = source.href.slice(ROOT.href.length).replace(/\.ts$/, ".mjs");
    const target = new URL(name, folder);
    if (seen.has(name)) return target;
    seen.add(name);
    const { outputText } = ts.transpileModule(await Deno.readTextFile(source), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        removeComments: true, // examples in them import, too
        target: ts.ScriptTarget.ES2022,
        verbatimModuleSyntax: true,
      },
    });
    await Deno.mkdir(new URL(".", target), { recursive: true });
    await Deno.writeTextFile(target, outputText.replaceAll(/(from "\.[^"]+)\.ts"/g, '$1.mjs"'));
    for (const [, specifier] of outputText.matchAll(/from "([^"]+)"/g)) {
      if (specifier.startsWith(".")) await copy(new URL(specifier, source));
      else if (!specifier.startsWith("node:")) await copyPackage(specifier, folder);
    }
    return target;
  };
  return await copy(new URL(path, ROOT));
}

/** Copies the folder of a package, whose parts are no deeper than two folders. */
async function copyPackage(name: string, folder: URL): Promise<void> {
  const main = import.meta.resolve(name);
  const from = new URL(main.slice(0, main.lastIndexOf(`/dist/`) + 1));
  const to = new URL(`node_modules/${name}/`, folder);
  for (const part of ["", "dist/"]) {
    await Deno.mkdir(new URL(part, to), { recursive: true });
    for await (const { name, isFile } of Deno.readDir(new URL(part, from))) {
      if (isFile) await Deno.copyFile(new URL(part + name, from), new URL(part + name, to));
    }
  }
}
