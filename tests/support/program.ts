import ts from "typescript";

/** How a check sees sources and what they import. */
export interface Sources {
  /** Files to check. */
  roots: readonly string[];
  /** Other files that they need, by name: texts instead of what is on disk. */
  virtual?: ReadonlyMap<string, string>;
  /** The file behind an import that is not relative; undefined for one that is left untyped. */
  resolve?: (specifier: string) => string | undefined;
}

/** As Deno reads sources, whose own declarations are a source of their own. */
export const DENO_OPTIONS: ts.CompilerOptions = {
  allowImportingTsExtensions: true,
  lib: ["lib.esnext.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  types: [],
};

/** Deno's own declarations, as this Deno has them, as a virtual source. */
export async function readDenoTypes(): Promise<Map<string, string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["types"] }).output();
  return new Map([["/deno.d.ts", new TextDecoder().decode(stdout)]]);
}

/** Reads sources as the compiler does, for checks of their types. */
export function createProgram(
  { roots, virtual = new Map(), resolve }: Sources,
  options: ts.CompilerOptions,
): ts.Program {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name) ?? readFile(name);
  host.resolveModuleNameLiterals = (literals, containing) =>
    literals.map(({ text }) => {
      const found = text.startsWith(".")
        ? ts.sys.resolvePath(`${containing}/../${text}`)
        : resolve?.(text);
      if (found === undefined) return { resolvedModule: undefined };
      return { resolvedModule: { resolvedFileName: found, extension: extensionOf(found) } };
    });
  return ts.createProgram([...roots, ...virtual.keys()], options, host);
}

function extensionOf(name: string): ts.Extension {
  if (name.endsWith(".json")) return ts.Extension.Json;
  return name.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
}
