/** The kernels that come with the server, as they were built. */
export interface KernelLibrary {
  /** Names of the kernels, sorted. */
  names(): Promise<readonly string[]>;
  /** The module of a kernel as it was compiled, which has not passed the gate yet. */
  module(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** What the kernel was compiled from. */
  source(name: string): Promise<string>;
  /** What editors know the module `millrace` by; undefined where it does not come with the server. */
  declarations(): Promise<string | undefined>;
}

const ASSEMBLY = new URL("../../assembly/", import.meta.url);
const COMPILED = new URL("compiled/library/", ASSEMBLY);

/** A name that is also a part of a path and of a query. */
const NAME = /^([a-z][a-z0-9-]{0,39})\.wasm$/;

/** The library in the files of the product. */
export const FILE_LIBRARY: KernelLibrary = {
  async names() {
    const files = await orNothing(() => Array.fromAsync(Deno.readDir(COMPILED))) ?? [];
    return files.flatMap(({ name }) => NAME.exec(name)?.[1] ?? []).sort();
  },
  module: (name) => Deno.readFile(new URL(`${name}.wasm`, COMPILED)),
  source: (name) => Deno.readTextFile(new URL(`library/${name}.ts`, ASSEMBLY)),
  declarations: () => orNothing(() => Deno.readTextFile(new URL("sdk/millrace.d.ts", ASSEMBLY))),
};

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
