import { JobError, PROBLEMS } from "../../contract/problems.ts";
import {
  type CompilerProcess,
  MOST_ANSWER_BYTES,
  type ProcessEnd,
  startCompiler,
} from "./compiler_process.ts";
import type { CompileAnswer, Greeting } from "./messages.ts";
import { readSdkSources } from "./sdk_sources.ts";

/** What a compilation may cost. */
export interface CompilerLimits {
  /** Largest source, as UTF-8. @default {65_536} */
  sourceBytes?: number;
  /**
   * CPU time that each compilation can be sure of, in seconds. Its process ends after twice as much,
   * and is replaced after as much. @default {10}
   */
  cpuSeconds?: number;
  /** Memory that the process may write to. @default {1_073_741_824} */
  dataBytes?: number;
  /** From the start of a compilation to its end. @default {60_000} */
  wallMs?: number;
  /** Compilations that may wait for their turn. @default {8} */
  waiting?: number;
  /** Compilations after which a process is replaced. @default {50} */
  compilationsPerProcess?: number;
  /** Memory beyond which a process is replaced. @default {419_430_400} */
  residentBytes?: number;
}

const DEFAULTS: Required<CompilerLimits> = {
  sourceBytes: 64 << 10,
  cpuSeconds: 10,
  dataBytes: 1 << 30,
  wallMs: 60_000, // a busy machine gives ten seconds of CPU time in no less
  waiting: 8,
  compilationsPerProcess: 50,
  residentBytes: 400 << 20,
};

/** What tests replace. */
export interface CompilerParts {
  start: (greeting: Greeting, limits: Required<CompilerLimits>) => CompilerProcess;
  /** Calls back after a while; returns what calls it off. */
  after: (ms: number, call: () => void) => () => void;
}

const PARTS: CompilerParts = {
  start: (greeting, { cpuSeconds, dataBytes }) =>
    startCompiler(greeting, { cpuSeconds: cpuSeconds * 2, dataBytes }),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Compiles sources of kernels, one at a time, in a process that is kept for the next one.
 *
 * The process has no rights, and the system bounds its memory and CPU time: asc bounds neither, and a
 * thread could not be ended. It starts with the first source, or when it is told to get warm, and is replaced after a failure, after
 * some compilations, and when it has become large.
 */
export class KernelCompiler {
  readonly #limits: Required<CompilerLimits>;
  readonly #parts: CompilerParts;
  #process: CompilerProcess | undefined;
  /** Compilations of the process in hand. */
  #compilations = 0;
  /** What ends when all that asked before have been answered. */
  #turn: Promise<unknown> = Promise.resolve();
  #unanswered = 0;
  /** Once it was told to get warm: a process that replaces another starts by itself. */
  #callOffWarming: (() => void) | undefined;
  #isClosed = false;

  constructor(limits: CompilerLimits = {}, parts: Partial<CompilerParts> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#parts = { ...PARTS, ...parts };
  }

  /**
   * Compiles a source to a module of ABI 1, which no gate has seen yet.
   *
   * @param name What the module's manifest calls the kernel. @default {what the source says}
   * @throws {JobError} `kernel_too_large`; `kernel_not_compiled` with `diagnostics` (line, column,
   *   message, source); `kernel_compile_limit` with `limit` and its value; `compiler_busy`;
   *   `compiler_unavailable` where no process can be started; `engine_closed`.
   */
  async compile(source: string, name?: string): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkSize(source);
    const { waiting } = this.#limits;
    if (this.#unanswered > waiting) {
      throw new JobError(
        "compiler_busy",
        `Cannot compile kernel: ${waiting} others wait, which is the limit; send it again in ${RETRY_SECONDS} s`,
        { details: { limit: waiting } },
      );
    }
    this.#unanswered++;
    const compiled = this.#turn.then(() => this.#compileNow(source, name));
    this.#turn = compiled.catch(() => {}); // whoever asked is told
    try {
      return await compiled;
    } finally {
      this.#unanswered--;
    }
  }

  /**
   * Starts the process before a source comes. When it has been idle for a moment it compiles something
   * twice, which takes as much CPU time as the first sources would have to wait for. Sources do not
   * wait for what has not begun.
   */
  warm(): void {
    if (this.#process !== undefined || this.#callOffWarming || this.#isClosed) return;
    this.#enqueueIdle(async () => void (this.#process ??= await this.#start()));
    this.#callOffWarming = this.#parts.after(IDLE_MS, () => {
      if (this.#compilations > 0 || this.#unanswered > 0) return; // a source has come
      for (let i = 0; i < 2; i++) this.#enqueueIdle(() => this.#compileNow(WARMING));
    });
  }

  /** Has work done if nobody waits when its turn comes. */
  #enqueueIdle(work: () => Promise<unknown>): void {
    const isIdle = () => this.#unanswered === 0 && !this.#isClosed;
    this.#turn = this.#turn.then(() => isIdle() ? work() : undefined).catch(() => {});
  }

  /** Ends the process. A compilation under way, and those that wait, fail with `engine_closed`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOffWarming?.();
    await this.#endProcess();
    await this.#turn;
    await this.#endProcess(); // one that was being started meanwhile
  }

  #checkSize(source: string): void {
    const limit = this.#limits.sourceBytes;
    const bytes = new TextEncoder().encode(source).length;
    if (bytes <= limit) return;
    throw new JobError(
      "kernel_too_large",
      `Cannot compile kernel: its source has ${bytes} bytes, the limit is ${limit}`,
      { details: { limit, bytes } },
    );
  }

  async #compileNow(source: string, name?: string): Promise<Uint8Array<ArrayBuffer>> {
    this.#requireOpen();
    const process = this.#process ??= await this.#start();
    this.#requireOpen();
    let isLate = false;
    const callOff = this.#parts.after(this.#limits.wallMs, () => {
      isLate = true;
      process.kill();
    });
    let answer: CompileAnswer | ProcessEnd | undefined;
    try {
      answer = await process.ask({ source, name });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw limitError("answerBytes", MOST_ANSWER_BYTES, "makes too large a module");
    } finally {
      callOff();
      if (!answer || "code" in answer || answer.failure !== undefined || this.#isWorn(answer)) {
        await this.#replaceProcess();
      }
    }
    this.#requireOpen();
    if ("code" in answer) throw this.#endOf(answer, isLate);
    return readAnswer(answer);
  }

  async #start(): Promise<CompilerProcess> {
    try {
      const sdk = { ...await readSdkSources() };
      this.#compilations = 0;
      return this.#parts.start({ sdk }, this.#limits);
    } catch (cause) {
      if (!UNAVAILABLE.some((kind) => cause instanceof kind)) throw cause;
      throw new JobError(
        "compiler_unavailable",
        "Cannot compile kernel: this server may not start a compiler, push a compiled module",
        { cause },
      );
    }
  }

  #isWorn({ cpuMs, residentBytes }: CompileAnswer): boolean {
    const limits = this.#limits;
    return ++this.#compilations >= limits.compilationsPerProcess ||
      residentBytes > limits.residentBytes || cpuMs > limits.cpuSeconds * 1000;
  }

  /** The new one is loading while nobody waits for it. */
  async #replaceProcess(): Promise<void> {
    await this.#endProcess();
    if (this.#isClosed) return;
    this.#process = await this.#start().catch(() => undefined); // the next compilation tells why
  }

  async #endProcess(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.end();
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new JobError("engine_closed", "Cannot compile kernel: the compiler is closed");
  }

  #endOf({ code, signal }: ProcessEnd, isLate: boolean): JobError {
    const { wallMs, cpuSeconds, dataBytes } = this.#limits;
    if (isLate) return limitError("wallMs", wallMs, `took longer than ${wallMs} ms`);
    if (signal === "SIGXCPU") {
      return limitError("cpuSeconds", cpuSeconds, `took more than ${cpuSeconds} s of CPU time`);
    }
    if (signal !== null) {
      return limitError("dataBytes", dataBytes, `took more than ${dataBytes} bytes of memory`);
    }
    return new JobError(
      "compiler_unavailable",
      `Cannot compile kernel: the compiler's process ended with exit code ${code}`,
    );
  }
}

/** What the answer's Retry-After says. */
const RETRY_SECONDS = PROBLEMS.compiler_busy.retryAfter;

/** How long nothing may have come before the process compiles what nobody waits for. */
const IDLE_MS = 500;
/** What most kernels do. */
const WARMING = `import { emit } from "millrace";
export function map(line: string): void {
  const words = line.split(" ");
  for (let i = 0; i < words.length; i++) emit(words[i]);
}`;

/** What a system says that lets no process start. */
const UNAVAILABLE = [
  Deno.errors.NotCapable,
  Deno.errors.PermissionDenied,
  Deno.errors.NotSupported,
  Deno.errors.NotFound,
];

function limitError(limit: string, value: number, what: string): JobError {
  return new JobError("kernel_compile_limit", `Cannot compile kernel: that ${what}`, {
    details: { limit, value },
  });
}

/** @throws {JobError} If there is no module. */
function readAnswer({ binary, diagnostics, failure }: CompileAnswer): Uint8Array<ArrayBuffer> {
  if (binary !== undefined) return Uint8Array.fromBase64(binary);
  const found = diagnostics ??
    [{ line: 1, column: 1, message: explainFailure(failure), source: "" }];
  const [{ line, column, message }] = found;
  throw new JobError(
    "kernel_not_compiled",
    `Cannot compile kernel: line ${line}, column ${column}: ${message}`,
    { details: { diagnostics: found } },
  );
}

/** The compiler descends into a source by calling itself. */
function explainFailure(failure: string | undefined): string {
  const isDeep = failure?.includes("Maximum call stack size exceeded");
  return isDeep ? "The source is nested too deeply" : `The compiler failed: ${failure}`;
}
