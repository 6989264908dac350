import { readIfThere } from "./build_files.ts";

/**
 * Packages whose modules are put into programs: every start of a server needs them, and Deno takes a
 * fifth of its time to find and load them, above all `ipaddr.js`, which is in CommonJS.
 */
const PUT_IN = ["@eslint-community/regexpp", "@logtape/logtape", "hono", "ipaddr.js"];

/** Whether what sources import, as `hono/html`, is of such a package. */
export function isPutIn(specifier: string): boolean {
  return PUT_IN.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

/** The licences of these packages, which ask to go with every copy. @throws {Error} If one has none. */
export async function readLicenses(): Promise<Uint8Array> {
  const texts = await Promise.all(PUT_IN.map(async (name) => {
    const folder = await findPackage(new URL(import.meta.resolve(name)));
    const text = await readIfThere(new URL("LICENSE", folder));
    if (text === null) throw new Error(`Cannot bundle ${name}: it has no LICENSE`);
    const { version } = JSON.parse(await Deno.readTextFile(new URL("package.json", folder)));
    return `${name} ${version}\n\n${text}`;
  }));
  return new TextEncoder().encode(texts.join("\n\n"));
}

/** The folder of the package that a module is in. */
async function findPackage(module: URL): Promise<URL> {
  const folder = new URL(".", module);
  const manifest = await readIfThere(new URL("package.json", folder));
  if (manifest !== null && JSON.parse(manifest).version !== undefined) return folder;
  if (folder.pathname === "/") throw new Error(`Cannot find the package of ${module}`);
  return await findPackage(new URL("..", folder));
}
