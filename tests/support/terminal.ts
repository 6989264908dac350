import { leftOut } from "./left_out.ts";
import { millraceCommand } from "./millrace.ts";
import { PATIENCE_MS, soon } from "./waits.ts";

/** How a program is shown. */
export interface TerminalOptions {
  /** @default {80} */
  columns?: number;
  /** @default {24} */
  rows?: number;
  env?: Record<string, string>;
  /** @default {the folder of the caller} */
  cwd?: string;
}

const CTRL_C = "\x03";

/** `millrace` in a pseudo-terminal, by `script` of util-linux. */
export class Terminal implements AsyncDisposable {
  /** All that the program has written so far, stdout and stderr, with what moves the cursor. */
  output = "";
  readonly #process: Deno.ChildProcess;
  readonly #read: Promise<void>;
  #wake = Promise.withResolvers<void>();

  /** Runs `millrace` with these words. */
  constructor(
    words: readonly string[],
    { columns = 80, rows = 24, env = {}, cwd }: TerminalOptions = {},
  ) {
    const command = `stty cols ${columns} rows ${rows}; exec ${millraceCommand(words)}`;
    this.#process = new Deno.Command("script", {
      args: ["-qefc", command, "/dev/null"],
      cwd,
      env: { TERM: "xterm", NO_COLOR: "1", MILLRACE_SERVER: "", MILLRACE_API_KEY: "", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#read = this.#collect();
  }

  /** The output without what moves the cursor and chooses colours. */
  get plain(): string {
    // deno-lint-ignore no-control-regex
    return this.output.replace(/\x1b(\[[?0-9;]*[A-Za-z]|[78])/g, "").replaceAll("\r\n", "\n");
  }

  /** Whether this machine has what makes a pseudo-terminal; says so in the output where it has not. */
  static async isThere(): Promise<boolean> {
    try {
      const { success } = await new Deno.Command("script", {
        args: ["-qec", "stty -a", "/dev/null"],
      })
        .output();
      if (success) return true;
    } catch {
      // there is no such program
    }
    leftOut("a pseudo-terminal", "there is no script of util-linux, or no stty");
    return false;
  }

  /** Waits until the output holds a text. */
  shows(text: string): Promise<void> {
    return soon(this.#find(text));
  }

  async #find(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      const { promise } = this.#wake;
      if (this.#hasEnded) throw new Error(`There is no '${text}' in: ${this.output}`);
      await promise;
    }
  }

  #hasEnded = false;

  async #collect(): Promise<void> {
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.output += text;
      this.#stir();
    }
    this.#hasEnded = true;
    this.#stir();
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Types a text; Ctrl-C unless another is said. */
  async type(text = CTRL_C): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  /** Waits for the end. @returns The exit code. */
  async ends(): Promise<number> {
    const { code } = await soon(this.#process.status, PATIENCE_MS);
    await this.#read;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#process.stdin.close().catch(() => {});
    await this.#process.status;
    await this.#read;
  }
}
