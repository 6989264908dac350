import { readSize, SIZE_FORM } from "../../contract/sizes.ts";
import { readWholeNumber } from "../../settings/units.ts";
import { type CommandError, usageError } from "../terminal/explain.ts";
import { flagOf } from "./flags.ts";
import type { Given } from "./read_api.ts";

// What an engine in this process may have, as the command line says it.

/** What is undefined is as the engine likes it. */
export interface Resources {
  workers?: number;
  memoryBytes?: number;
}

/** The most that `--workers` may say. */
const MOST_WORKERS = 64;

/** Kernels take 2 MiB; the rest is for tables and chunks. */
const LEAST_MEMORY_BYTES = 8 * 2 ** 20;

/** What a thread takes of memory, with its chunks: enough for any number of threads. */
const THREAD_BYTES = 8 * 2 ** 20;

/** Options that only an engine in this process has. */
const LOCAL = ["workers", "memory", "spillDir"];

/** @throws {CommandError} For what is no number of threads or no size. */
export function readResources({ workers, memory }: Given): Resources {
  return { workers: readWorkers(workers), memoryBytes: readMemory(memory) };
}

/** Refuses what only an engine here has beside a server, and what a server has without one. */
export function checkPlace(server: string | undefined, given: Given): void {
  if (server === undefined) {
    if (given.apiKeyFile) throw usageError("Cannot use --api-key-file: there is no --server");
    return;
  }
  const local = LOCAL.find((name) => given[name] !== undefined);
  if (local) {
    throw usageError(`Cannot use ${flagOf(local)}: it is for an engine here, and not on a server`);
  }
}

function readWorkers(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const workers = readWholeNumber(String(given), 1, MOST_WORKERS);
  if (workers !== null) return workers;
  throw usageError(`Cannot read --workers: '${given}' is not a number from 1 to ${MOST_WORKERS}`);
}

function readMemory(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const bytes = readSize(String(given));
  if (bytes !== null && bytes < LEAST_MEMORY_BYTES) {
    throw usageError(`Cannot read --memory: '${given}' is less than 8MiB, the least`);
  }
  if (bytes !== null) return bytes;
  if (/^[0-9.]+ ?[tpe]i?b?$/i.test(String(given))) {
    throw usageError(`Cannot read --memory: '${given}' is too large`, `Say ${SIZE_FORM}`);
  }
  throw usageError(`Cannot read --memory: '${given}' is not ${SIZE_FORM}`);
}

/** What to say where the engine has no room for its threads. @param error What it says itself. */
export function tooLittleMemory(
  { workers = navigator.hardwareConcurrency, memoryBytes }: Resources,
  { message }: RangeError,
): CommandError {
  if (memoryBytes === undefined) return usageError(message, "Say fewer --workers");
  const fitting = Math.floor(memoryBytes / THREAD_BYTES);
  return usageError(
    `Cannot count by ${workers} threads in ${formatMebibytes(memoryBytes)}: there is no room for ` +
      "what they read and note",
    `Say --memory ${formatMebibytes(workers * THREAD_BYTES)}, or --workers ${fitting}`,
  );
}

function formatMebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)}MiB`;
}
