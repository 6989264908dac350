/** What a command wrote to stdout. @throws {Error} If it fails, with what it wrote to stderr. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "signal"> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    ...options,
    args: [...args],
    stdin: "null",
  }).output();
  if (!success) {
    const name = command.split("/").at(-1);
    throw new Error(`${name} failed: ${new TextDecoder().decode(stderr).trim()}`);
  }
  return new TextDecoder().decode(stdout);
}

/** What a command wrote to stdout; undefined if there is none of that name, or if it fails. */
export async function tryCommand(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string | undefined> {
  try {
    return await runCommand(command, args, { env });
  } catch {
    return undefined;
  }
}

/** The answer to a request that curl sent. */
export interface CurlAnswer {
  status: number;
  /** From the first byte sent to the last one received, by the clock of curl. */
  ms: number;
  /** Bytes of the body, as they came. */
  bytes: number;
  /** The header of that name, or "". */
  location: string;
  /** Empty unless it is kept. */
  body: string;
}

/**
 * Sends a request by curl, which costs the server's machine less than a client in JavaScript.
 *
 * @param args Further arguments; `-o` names a file for the body.
 * @param keepsBody Whether the body is read, or dropped.
 * @throws {Error} If curl fails.
 */
export async function curl(
  url: string,
  args: readonly string[] = [],
  keepsBody = false,
): Promise<CurlAnswer> {
  const drop = keepsBody || args.includes("-o") ? [] : ["-o", "/dev/null"];
  const tell = "\n%{http_code} %{time_total} %{size_download} %header{location}";
  const text = await runCommand("curl", ["-sS", ...drop, ...args, "-w", tell, url]);
  const end = text.lastIndexOf("\n");
  const [status, seconds, bytes, location] = text.slice(end + 1).split(" ");
  return {
    status: Number(status),
    ms: Number(seconds) * 1000,
    bytes: Number(bytes),
    location,
    body: text.slice(0, end),
  };
}

/**
 * Posts a file. Milliseconds from its first byte to the end of the answer.
 *
 * @param output Where the answer goes; nowhere unless said.
 * @param args Further arguments of curl.
 * @throws {Error} If the answer is not 200.
 */
export async function upload(
  url: string,
  file: string,
  output?: string,
  args: readonly string[] = [],
): Promise<number> {
  const into = output === undefined ? [] : ["-o", output];
  const { status, ms } = await curl(url, ["-T", file, "-X", "POST", ...into, ...args]);
  if (status !== 200) throw new Error(`Cannot count ${file}: ${url} answers ${status}`);
  return ms;
}

/** Resident memory of a process, in bytes. Linux alone tells it. */
export async function readResident(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}
