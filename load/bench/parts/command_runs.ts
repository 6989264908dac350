import {
  millraceArgs,
  millraceCommand,
  PLAIN_ENV,
  spawnMillrace,
} from "../../../tests/support/millrace.ts";
import { type CommandCost, measureCommand } from "../../support/measured_command.ts";
import type { Cost } from "./costs.ts";

/** Of a command, its start included. */
export function costOf({ wallSeconds, cpuSeconds }: Omit<CommandCost, "stdout">): Cost {
  return { ms: wallSeconds * 1000, cpuMs: cpuSeconds * 1000 };
}

/** Runs `millrace` to its end, start and all. @throws {Error} If it fails. */
export function runMillrace(words: readonly string[]): Promise<CommandCost> {
  return measureCommand(millraceArgs(words), PLAIN_ENV);
}

/**
 * Runs `millrace` behind a pipe. Memory is that of the larger one of the two.
 *
 * @param source What a shell runs before the pipe; `$0` is `argument`.
 */
export function pipeToMillrace(
  source: string,
  argument: string,
  words: readonly string[],
): Promise<CommandCost> {
  const line = `${source} | ${millraceCommand(words)}`;
  return measureCommand(["sh", "-c", line, argument], PLAIN_ENV);
}

/** Milliseconds until `millrace` writes, from before the process is there. @throws {Error} If it fails. */
export async function timeFirstByte(words: readonly string[]): Promise<number> {
  const started = performance.now();
  const process = spawnMillrace(words, { stdin: "null", stdout: "piped", stderr: "null" });
  const reader = process.stdout.getReader();
  const { done } = await reader.read();
  const ms = performance.now() - started;
  while (!(await reader.read()).done);
  if (done || !(await process.status).success) throw new Error("millrace has written nothing");
  return ms;
}

/** Milliseconds of a Deno that runs a script. */
export async function timeScript(path: string): Promise<number> {
  const started = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path],
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) throw new Error(`Cannot run ${path}`);
  return performance.now() - started;
}
