/** The program, as a shell runs it. */
const PROGRAM = new URL("../../src/cli/millrace.ts", import.meta.url).href;

/** How the program is run. */
export interface MillraceRun {
  /** What it reads from stdin. @default {nothing} */
  stdin?: Uint8Array | string;
  env?: Record<string, string>;
  /** @default {the folder of the caller} */
  cwd?: string;
}

/** What a run gave. */
export interface MillraceOutput {
  code: number;
  bytes: Uint8Array;
  out: string;
  said: string;
}

/** Variables that a user's shell may have, and no test is to see. */
export const PLAIN_ENV = { NO_COLOR: "1", MILLRACE_SERVER: "", MILLRACE_API_KEY: "" };

/** The words that run the program. */
export function millraceArgs(words: readonly string[]): string[] {
  return [Deno.execPath(), "run", "-A", PROGRAM, ...words];
}

/** Begins to run `millrace` with these words. */
export function spawnMillrace(
  words: readonly string[],
  options: Omit<Deno.CommandOptions, "args">,
): Deno.ChildProcess {
  const { env, ...others } = options;
  const [command, ...args] = millraceArgs(words);
  return new Deno.Command(command, {
    args,
    env: { ...PLAIN_ENV, ...env },
    ...others,
  }).spawn();
}

/** The same for a shell. */
export function millraceCommand(words: readonly string[]): string {
  return millraceArgs(words).map(quoteWord).join(" ");
}

/** Runs `millrace` to its end. */
export async function runMillrace(
  words: readonly string[],
  { stdin = "", env, cwd }: MillraceRun = {},
): Promise<MillraceOutput> {
  const process = spawnMillrace(words, {
    env,
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const writer = process.stdin.getWriter();
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  // A program that ends before it has read all breaks the pipe.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close())
    .catch(() => {});
  const { code, stdout, stderr } = await process.output();
  await written;
  const decoder = new TextDecoder();
  return { code, bytes: stdout, out: decoder.decode(stdout), said: decoder.decode(stderr) };
}

function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
