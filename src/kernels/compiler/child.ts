// The program of the compiler's process. It has no right but to ask whether the variable CI is set,
// which asc does when it is loaded, and it sees nothing but what comes in by its standard input.

import { compileSource, type SdkSources } from "./compile_source.ts";
import { LineReader } from "./lines.ts";
import type { CompileAnswer, CompileRequest, Greeting } from "./messages.ts";

/** More than a server sends. */
const MOST_LINE_BYTES = 4 << 20;

/** What asc wrote when it failed by itself; then it ends its process, which must not happen. */
let said = "";
console.error = (...parts: unknown[]) => {
  said = parts.join(" ");
};
process.exit = ((code: number) => {
  const [reason = `exit code ${code}`] = /\w*Error: .*/.exec(said) ?? [];
  throw new Error(reason);
}) as typeof process.exit;

async function answer({ source, name }: CompileRequest, sdk: SdkSources): Promise<CompileAnswer> {
  const result = await compileSource(source, sdk, name).catch((error) => ({ failure: `${error}` }));
  const { user, system } = process.cpuUsage();
  const state = { cpuMs: (user + system) / 1000, residentBytes: Deno.memoryUsage().rss };
  return "binary" in result
    ? { binary: result.binary.toBase64(), ...state }
    : { ...result, ...state };
}

async function writeLine(message: CompileAnswer): Promise<void> {
  let bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

const lines = new LineReader(Deno.stdin.readable, MOST_LINE_BYTES);
const { sdk }: Greeting = JSON.parse(await lines.next() ?? "{}");
while (true) {
  const line = await lines.next();
  if (line === undefined) break;
  await writeLine(await answer(JSON.parse(line), sdk));
}
