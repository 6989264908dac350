/** What a command has cost. */
export interface CommandCost {
  wallSeconds: number;
  /** Of it and all that it has started and waited for; NaN where nothing tells. */
  cpuSeconds: number;
  /** Most resident memory of the largest of these processes; NaN where nothing tells. */
  peakBytes: number;
  stdout: string;
}

/** GNU's, which tells all three; the shell's own `time` tells no memory. */
const TIME = "/usr/bin/time";

/**
 * Runs a command to its end and tells what that cost, the start of the process included.
 *
 * @throws {Error} If it fails, with what it wrote to stderr.
 */
export async function measureCommand(
  [command, ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandCost> {
  const isTimed = await hasTime();
  const file = isTimed ? await Deno.makeTempFile({ prefix: "millrace-bench-" }) : "";
  const run = isTimed
    ? new Deno.Command(TIME, {
      args: ["-q", "-f", "%U %S %M", "-o", file, command, ...args],
      env,
      stdin: "null",
    })
    : new Deno.Command(command, { args, env, stdin: "null" });
  try {
    const started = performance.now();
    const { success, stdout, stderr } = await run.output();
    const wallSeconds = (performance.now() - started) / 1000;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) throw new Error(`${command} failed: ${text(stderr).trim()}`);
    const told = isTimed ? (await Deno.readTextFile(file)).trim().split(" ").map(Number) : [];
    const [user = NaN, system = NaN, kilobytes = NaN] = told;
    return {
      wallSeconds,
      cpuSeconds: user + system,
      peakBytes: kilobytes * 1024,
      stdout: text(stdout),
    };
  } finally {
    if (isTimed) await Deno.remove(file);
  }
}

let found: Promise<boolean> | undefined;

function hasTime(): Promise<boolean> {
  const look = async () => {
    try {
      const { success } = await new Deno.Command(TIME, {
        args: ["-q", "-f", "%M", "true"],
        stdin: "null",
      }).output();
      return success;
    } catch {
      return false;
    }
  };
  return found ??= look();
}
