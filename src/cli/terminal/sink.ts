import { escapeControls } from "./escape_controls.ts";
import { CommandError, usageError } from "./explain.ts";
import { systemReason } from "./system_reason.ts";

/** Where a command's data goes. */
export interface Sink {
  /** Whether a person reads it. */
  readonly isTerminal: boolean;
  /** Writes data: its control characters do not reach a terminal. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes what was made for a person, colours included. */
  show(text: string): Promise<void>;
  /** All is written: a file takes its place. */
  finish(): void;
  /** Nothing is kept of what was written to a file. May be called at any time, and after `finish`. */
  abandon(): void;
}

/** The reader of stdout has gone: there is nobody to tell anything. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

const encoder = new TextEncoder();

/** stdout. */
export function openStdout(): Sink {
  const isTerminal = Deno.stdout.isTerminal();
  const shown = isTerminal ? escapeControls() : (bytes: Uint8Array) => bytes;
  return {
    isTerminal,
    write: (bytes) => guardedAsync("stdout", () => writeAll(Deno.stdout, shown(bytes))),
    show: (text) => guardedAsync("stdout", () => writeAll(Deno.stdout, encoder.encode(text))),
    finish() {},
    abandon() {},
  };
}

/**
 * A file that appears when all is written: until then the bytes are in another one beside it. What is
 * no regular file, such as a pipe, is written to as it is.
 *
 * @throws {CommandError} If it cannot be written.
 */
export function openFileSink(path: string): Sink {
  checkName(path);
  const target = targetOf(path);
  const written = target.isPlace ? `${target.path}.${crypto.randomUUID().slice(0, 8)}.tmp` : path;
  const file = guarded(path, () => openToWrite(written, target));
  let isOpen = true;
  const close = () => {
    if (isOpen) file.close();
    isOpen = false;
  };
  const write = (bytes: Uint8Array) => guardedAsync(path, () => writeAll(file, bytes));
  return {
    isTerminal: false,
    write,
    show: (text) => write(encoder.encode(text)),
    finish() {
      if (!isOpen) return;
      close();
      if (target.isPlace) guarded(path, () => Deno.renameSync(written, target.path));
    },
    abandon() {
      if (!isOpen) return;
      close();
      if (target.isPlace) Deno.removeSync(written);
    },
  };
}

/** Data is not compressed: a name that says so would lie. */
function checkName(path: string): void {
  const [, suffix] = /\.(gz|zst|br|bz2|xz)$/i.exec(path) ?? [];
  if (suffix === undefined) return;
  const advice = "Compress what is printed, such as with: | gzip > FILE";
  throw usageError(`Cannot write '${path}': it would not be compressed`, advice);
}

/** Where a file will be. */
interface Target {
  /** Behind links. */
  path: string;
  /** Whether it may be replaced there. */
  isPlace: boolean;
  /** The permissions of the file that is there; the new one has them from its first byte on. */
  mode?: number;
}

function openToWrite(path: string, { isPlace, mode }: Target): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, create: isPlace, mode });
  if (mode === undefined) return file;
  try {
    Deno.chmodSync(path, mode); // what the process masks is missing until then
    return file;
  } catch (error) {
    file.close();
    Deno.removeSync(path);
    throw error;
  }
}

function targetOf(path: string): Target {
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) throw cannotWrite(path, "it is a directory");
    const mode = info.isFile && info.mode !== null ? info.mode & 0o777 : undefined;
    return { path: Deno.realPathSync(path), isPlace: info.isFile, mode };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { path, isPlace: true };
    throw error instanceof CommandError ? error : cannotWrite(path, systemReason(error as Error));
  }
}

async function writeAll(
  writer: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await writer.write(bytes.subarray(at));
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe ? new ReaderGone() : error;
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw cannotWrite(path, systemReason(error as Error));
  }
}

async function guardedAsync(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof ReaderGone ? error : cannotWrite(path, systemReason(error as Error));
  }
}

function cannotWrite(path: string, reason: string): CommandError {
  return new CommandError(
    `Cannot write '${path}': ${reason}`,
    /No space left|ENOSPC/.test(reason)
      ? "Make room, or write elsewhere"
      : "Name a file in a folder that is there and may be written, with -o",
  );
}
