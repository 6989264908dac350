import { LineReader } from "./lines.ts";
import type { CompileAnswer, CompileRequest, Greeting } from "./messages.ts";

/** How a process ended. */
export interface ProcessEnd {
  /** The exit code; of a process that a signal ended, as the shell has it. */
  code: number;
  signal: string | null;
}

/** A running compiler; tests have others. */
export interface CompilerProcess {
  /**
   * Sends a source and resolves with the answer, or with how the process ended instead.
   *
   * @throws {RangeError} If the answer is longer than MOST_ANSWER_BYTES.
   */
  ask(request: CompileRequest): Promise<CompileAnswer | ProcessEnd>;
  /** Ends it at once, so that the question under way is answered. */
  kill(): void;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
}

/** What the system holds a process to. */
export interface ProcessLimits {
  /** CPU time, from its start to its end. */
  cpuSeconds: number;
  /** Memory that it may write to. */
  dataBytes: number;
}

/** Runs the `child.ts` beside it. */
const LAUNCHER = new URL("launch.sh", import.meta.url).pathname;
/** A module of some MB in base 64. */
export const MOST_ANSWER_BYTES = 8 << 20;

/** Whether this process may start a compiler. */
export function mayStartCompiler(): boolean {
  return Deno.permissions.querySync({ name: "run", command: LAUNCHER }).state === "granted";
}

/**
 * Starts a compiler.
 *
 * @param greeting What it is told first.
 * @param launcher What starts it; tests have a copy beside another program.
 * @throws {Deno.errors.NotCapable} If this process may not run others.
 */
export function startCompiler(
  greeting: Greeting,
  { cpuSeconds, dataBytes }: ProcessLimits,
  launcher: string = LAUNCHER,
): CompilerProcess {
  const child = new Deno.Command(launcher, {
    args: [Deno.execPath(), `${cpuSeconds}`, `${Math.floor(dataBytes / 1024)}`],
    clearEnv: true,
    env: readPlaces(),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return new ChildProcess(child, greeting);
}

/** Variables by which Deno finds what was fetched before; the program itself cannot read them. */
const PLACES = ["DENO_DIR", "HOME", "XDG_CACHE_HOME"];

function readPlaces(): Record<string, string> {
  const places: Record<string, string> = {};
  for (const variable of PLACES) {
    const { state } = Deno.permissions.querySync({ name: "env", variable });
    const value = state === "granted" ? Deno.env.get(variable) : undefined;
    if (value !== undefined) places[variable] = value;
  }
  return places;
}

class ChildProcess implements CompilerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: LineReader;
  readonly #greeted: Promise<void>;

  constructor(child: Deno.ChildProcess, greeting: Greeting) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = new LineReader(child.stdout, MOST_ANSWER_BYTES);
    this.#greeted = this.#send(greeting);
  }

  async ask(request: CompileRequest): Promise<CompileAnswer | ProcessEnd> {
    await this.#greeted;
    await this.#send(request);
    const line = await this.#lines.next();
    if (line !== undefined) return JSON.parse(line);
    const { code, signal } = await this.#child.status;
    return { code, signal };
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
  }

  async end(): Promise<void> {
    this.kill();
    await this.#child.status;
    await this.#greeted;
    await this.#writer.abort().catch(() => {}); // broken with its process
    await this.#lines.cancel();
  }

  /** A process that has ended reads nothing; then there is no answer either, which says it. */
  async #send(message: Greeting | CompileRequest): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    await this.#writer.write(bytes).catch(() => {});
  }
}
