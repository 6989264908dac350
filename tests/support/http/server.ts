import config from "../../../deno.json" with { type: "json" };
import { UNOWNED_REJECTION } from "../../../src/observe/rejections.ts";
import { PATIENCE_MS, soon } from "../waits.ts";

const MAIN = new URL("../../../src/main.ts", import.meta.url);
const TASK_PERMISSIONS = config.tasks.serve.command.match(/--(allow|deny)-\S+/g)!;
const START_MS = PATIENCE_MS;

/** How a server process is started. */
export interface ServerStart {
  /** The program; it must say `listens on http://…` when it does. */
  main?: URL;
  /** What the process may do; what the task `serve` grants unless said. */
  permissions?: readonly string[];
  /** Where it listens. @default {a free port} */
  port?: number;
  /** What follows `src/main.ts`; `--port` comes first. */
  args?: readonly string[];
  env?: Record<string, string>;
  /** Where the process runs. @default the folder of the caller */
  cwd?: URL;
}

/** A Millrace server in a process and on a port of its own. */
export class ServerProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Everything that it wrote to stderr and stdout so far. */
  readonly #output: { text: string };
  readonly #outputEnded: Promise<unknown>;

  private constructor(
    process: Deno.ChildProcess,
    output: { text: string },
    outputEnded: Promise<unknown>,
    /** Where it listens: `http://127.0.0.1:12345`. */
    readonly origin: string,
  ) {
    this.#process = process;
    this.#output = output;
    this.#outputEnded = outputEnded;
  }

  /** Starts a server and waits until it listens. @throws {Error} If it ends before, or hangs. */
  static async start(
    { main = MAIN, permissions = TASK_PERMISSIONS, port = 0, args = [], env = {}, cwd }:
      ServerStart = {},
  ): Promise<ServerProcess> {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions, main.href, "--port", String(port), ...args],
      // Tests that write a request by hand call the server x.
      env: { NO_COLOR: "1", ...env },
      cwd,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = { text: "" };
    const listening = Promise.withResolvers<string>();
    const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) {
        output.text += text;
        const origin = /listens on (http:\S+)/.exec(output.text)?.[1];
        if (origin) listening.resolve(origin);
      }
    };
    const ended = Promise.all([collect(process.stdout), collect(process.stderr)]);
    const timer = setTimeout(() => process.kill("SIGKILL"), START_MS);
    const died = ended.then(() => {
      throw new Error(`Cannot start a server:\n${output.text}`);
    });
    died.catch(() => {}); // a server that ends later is no failure of the start
    const origin = await Promise.race([listening.promise, died]).finally(() => clearTimeout(timer));
    return new ServerProcess(process, output, ended, origin);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  get output(): string {
    return this.#output.text;
  }

  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Waits for the end, which must come; the exit code, as a shell tells it. */
  async ended(): Promise<number> {
    const { code } = await soon(this.#process.status);
    await this.#outputEnded;
    return code;
  }

  /** @throws {Error} If the server survived what would have ended it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    await this.ended();
    if (this.output.includes(UNOWNED_REJECTION)) throw new Error(this.output);
  }
}

/** Small requests that a server answers while it does, or does not do, something else. */
const TURNS = 100;

/**
 * Gives a server many turns of its loop, in which it would go on with whatever it has to do, and
 * lets what it sends arrive.
 */
export async function giveTurns(origin: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await (await fetch(`${origin}/livez`)).text();
}
