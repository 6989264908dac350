import type { KernelManifest } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { KernelRegistry } from "../../src/kernels/kernel_registry.ts";
import type { KernelLibrary } from "../../src/kernels/kernel_library.ts";
import type { KernelMaker } from "../../src/kernels/kernel_maker.ts";
import type { KernelTrier } from "../../src/kernels/kernel_trier.ts";
import type { KernelStore } from "../../src/store/kernel_store.ts";

// Stand-ins: modules that say what they are and run nowhere, and a maker that looks no further.

const MAGIC = "\0asm";
const ADMITTED = " admitted";

/** A manifest with an option of every type. */
export const MANIFEST: KernelManifest = {
  abi: 1,
  name: "log-status",
  records: "line",
  output: "keys",
  options: [
    { name: "field", type: "i32", default: 8 },
    { name: "bytes", type: "i64", default: 0 },
    { name: "share", type: "f64", default: 0.5 },
    { name: "strict", type: "bool", default: false },
    { name: "separator", type: "string", default: " " },
  ],
};

/** A module of a manifest, as a compiler would write it. */
export function fakeModule(manifest: Partial<KernelManifest> = {}): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(MAGIC + JSON.stringify({ ...MANIFEST, ...manifest }));
}

/** A maker of such modules. */
export class FakeMaker implements KernelMaker {
  /** How often it compiled, how often it let a module in, and how often it got ready. */
  readonly made = { compiled: 0, admitted: 0, warmed: 0 };
  /** When set, the next call fails with it. */
  failure?: JobError;
  compiles = true;

  admit(bytes: Uint8Array<ArrayBuffer>) {
    this.#fail();
    const text = new TextDecoder().decode(bytes);
    if (!text.startsWith(MAGIC)) {
      throw new JobError("kernel_refused", "Cannot use module: it has no magic", {
        details: { offset: 0, reason: "no magic" },
      });
    }
    this.made.admitted++;
    const manifest: KernelManifest = JSON.parse(text.slice(MAGIC.length));
    return { module: new TextEncoder().encode(text + ADMITTED), manifest };
  }

  isAdmitted(module: Uint8Array): boolean {
    return new TextDecoder().decode(module).endsWith(ADMITTED);
  }

  warm(): void {
    this.made.warmed++;
  }

  /** A source that begins with `?` has an error there; its first word is the kernel's name. */
  compile(source: string): Promise<Uint8Array<ArrayBuffer>> {
    this.made.compiled++;
    try {
      this.#fail();
    } catch (error) {
      return Promise.reject(error);
    }
    if (!source.startsWith("?")) return Promise.resolve(fakeModule({ name: source.split(" ")[0] }));
    const diagnostics = [{ line: 1, column: 1, message: "an expression is missing", source }];
    return Promise.reject(
      new JobError("kernel_not_compiled", "Cannot compile kernel: 1 error", {
        details: { diagnostics },
      }),
    );
  }

  #fail(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
  }
}

/** A library with a kernel, one that no gate lets in, and one that the engine has itself. */
export const FAKE_LIBRARY: KernelLibrary = {
  names: () => Promise.resolve(["broken", "log-status", "words"]),
  module: (name) =>
    Promise.resolve(
      name === "broken" ? new Uint8Array(4) : fakeModule({ name, options: MANIFEST.options }),
    ),
  source: (name) => Promise.resolve(`// ${name}\n`),
  declarations: () => Promise.resolve("declare module millrace {}\n"),
};

/** Tries kernels as if each emitted the words of its record, and combined as it should. */
export const FAKE_TRIER: KernelTrier = {
  checkCombine: () => Promise.resolve(),
  try: (_, record) => {
    const words = new TextDecoder().decode(record).split(/\s+/).filter((word) => word !== "");
    return Promise.resolve({
      emitted: words.map((key) => ({ key, value: 1 })),
      ms: { used: 0.1, limit: 1000 },
      memory: { used: 65_536, limit: 67_108_864 },
      output: { used: record.length, limit: 1_048_576 },
    });
  },
};

/** A registry of stand-ins over a store. */
export function createKernels(store: KernelStore, maker: KernelMaker = new FakeMaker()) {
  return new KernelRegistry(store, { maker, library: FAKE_LIBRARY });
}

/** Where no job has a kernel. */
export const NO_KERNELS = {
  prepare: () => Promise.reject(new Error("there is no kernel in this test")),
};
