import config from "../../deno.json" with { type: "json" };

/** The Deno that the package brings, as an npm package of that name. */
export const DENO_VERSION = "2.9.6";

/** A package of deno.json: `npm:as-bind@0.8.2/dist/as-bind.esm.js`. */
const NPM = /^npm:((?:@[^/@]+\/)?[^/@]+)@([^/]+)(\/.*)?$/;

/** What a specifier of the code is called where there is no import map, and of which package. */
export function resolvePackage(specifier: string): { path: string; name: string; version: string } {
  const imports = config.imports as Record<string, string>;
  const known = Object.hasOwn(imports, specifier) ? specifier : packageOf(specifier);
  const [, name, version, rest = ""] = NPM.exec(imports[known] ?? "") ?? [];
  if (name === undefined) throw new Error(`Cannot pack: deno.json has no package '${specifier}'`);
  return { path: name + rest + specifier.slice(known.length), name, version };
}

/** `hono` of `hono/html`. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
}

/**
 * The package.json of the package. Every version in it is exact.
 *
 * @param specifiers What its JavaScript imports from outside.
 */
export function createManifest(specifiers: Iterable<string>) {
  const packages = [...specifiers].map(resolvePackage).map(({ name, version }) => [name, version]);
  return {
    name: config.name,
    version: config.version,
    description: "Exact counts of words, lines and other keys, on every core",
    license: config.license,
    type: "module",
    bin: { millrace: "bin/millrace.js" },
    man: ["man/millrace.1"],
    exports: {
      ".": { types: "./dist/src/mod.d.ts", default: "./dist/src/mod.js" },
      "./local": {
        types: "./dist/src/local.d.ts",
        deno: "./dist/src/local.js",
        default: "./dist/src/package/local_in_node.js",
      },
      "./client": { types: "./dist/src/client/mod.d.ts", default: "./dist/src/client/mod.js" },
    },
    engines: { node: ">=20.10" },
    dependencies: { deno: DENO_VERSION, ...Object.fromEntries(packages.sort()) },
  };
}

/**
 * The deno.json of the package: what a start needs of that of the repository.
 *
 * @param specifiers What its TypeScript imports from outside.
 */
export function createConfig(specifiers: ReadonlySet<string>) {
  const { name, version, license, nodeModulesDir, unstable, compilerOptions, overrides } = config;
  const imports = Object.entries(config.imports).filter(([each]) => specifiers.has(each));
  return {
    name,
    version,
    license,
    exports: {},
    nodeModulesDir,
    unstable,
    compilerOptions,
    imports: Object.fromEntries(imports),
    overrides,
  };
}
