import { KernelCompiler } from "./compiler/kernel_compiler.ts";
import { mayStartCompiler } from "./compiler/compiler_process.ts";
import { FILE_LIBRARY, type KernelLibrary } from "./kernel_library.ts";
import type { KernelMaker } from "./kernel_maker.ts";
import type { KernelTrier } from "./kernel_trier.ts";
import { WorkerTrier } from "./worker_trier.ts";

/** What makes, keeps and tries kernels beside the engine's own. */
export interface KernelParts {
  maker: KernelMaker;
  library: KernelLibrary;
  trier: KernelTrier;
}

const TRIAL_ENTRY = new URL("../../workers/try_worker.ts", import.meta.url);

/** Loaded with the first kernel of a user: a start without it is shorter. */
const loadGate = () => import("./gate/admit_module.ts");

/**
 * The compiler, the gate and the trials of a process. The compiler's process starts with the first
 * source, or when one is likely to come, and a thread with each trial: a server that nobody asks
 * about kernels has none of them.
 */
export class Workshop implements KernelParts, AsyncDisposable {
  readonly #compiler = new KernelCompiler();
  readonly library = FILE_LIBRARY;
  readonly trier = new WorkerTrier(TRIAL_ENTRY);
  readonly maker: KernelMaker;

  /**
   * @param warms Whether the compiler may start before a source comes.
   * @param hasPrograms Whether the platform starts programs, if this one may do that.
   */
  constructor({ warms = false, hasPrograms = true } = {}) {
    this.maker = {
      admit: async (bytes) => (await loadGate()).admitModule(bytes),
      isAdmitted: async (module) => (await loadGate()).isAdmitted(module),
      compiles: hasPrograms && mayStartCompiler(),
      compile: (source) => this.#compiler.compile(source),
      warm: () => {
        if (warms) this.#compiler.warm();
      },
    };
  }

  /** Ends the compiler's process. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#compiler.close();
  }
}
