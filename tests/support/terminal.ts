import { until } from "./waits.ts";

/** What gives a command a terminal of its own: util-linux's program, or Python's module. */
const HOSTS: [program: string, wrap: (command: string) => string[]][] = [
  ["script", (command) => ["-qec", command, "/dev/null"]],
  ["python3", (command) => ["-c", "import pty, sys; pty.spawn(sys.argv[1:])", "sh", "-c", command]],
];

/** A command that runs in a terminal. */
export class Terminal implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #read: Promise<void>;
  /** All that has been written to the terminal. */
  text = "";
  #isOver = false;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#keyboard = process.stdin.getWriter();
    this.#read = this.#collect();
  }

  /**
   * Runs a command of the shell in a terminal.
   *
   * @param columns How wide it is.
   * @returns Undefined where this machine has nothing that gives a command a terminal.
   */
  static async run(
    command: string,
    { columns = 80, cwd = "." } = {},
  ): Promise<Terminal | undefined> {
    const sized = `stty cols ${columns} rows 24; ${command}; echo "[$?]"`;
    for (const [program, wrap] of HOSTS) {
      if (!await isThere(program)) continue;
      const process = new Deno.Command(program, {
        args: wrap(sized),
        cwd,
        env: { TERM: "xterm", NO_COLOR: "", COLUMNS: "", MILLRACE_SERVER: "" },
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      return new Terminal(process);
    }
  }

  /** The text without what moves the cursor and chooses colours. */
  get plain(): string {
    // deno-lint-ignore no-control-regex
    return this.text.replace(/\x1b(\[[?0-9;]*[A-Za-z]|[78])/g, "").replaceAll("\r\n", "\n");
  }

  async type(keys: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(keys));
  }

  /** Waits until something is to be read. */
  async shows(text: string): Promise<void> {
    await until(() => {
      if (this.plain.includes(text)) return true;
      if (this.#isOver) throw new Error(`The terminal does not show '${text}': ${this.text}`);
      return false;
    });
  }

  /** Waits for the command's end. @returns Its exit code. */
  async code(): Promise<number> {
    await until(() => this.#isOver || /\[\d+\]\n$/.test(this.plain));
    return Number(/\[(\d+)\]\n$/.exec(this.plain)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard.close().catch(() => {});
    await this.#read;
    await this.#process.status;
  }

  async #collect(): Promise<void> {
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += text;
    }
    this.#isOver = true;
  }
}

async function isThere(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}
