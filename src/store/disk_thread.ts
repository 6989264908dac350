import { closeSync, constants, openSync, writeSync } from "node:fs";
import type { CloseFile, WriteBlock, Written } from "./disk_messages.ts";

// A thread that writes blocks of files, past the system's cache where the system allows that. It has
// a thread of its own since only calls that wait can be asked for that: those of `Deno.FsFile` cannot.

/** A file of which a block was written. */
interface DiskFile {
  handle: number;
  isDirect: boolean;
}

/** Only Linux has it, and not on each of its file systems. */
const { O_DIRECT = 0, O_WRONLY } = constants;

const thread = self as unknown as {
  onmessage: (event: MessageEvent<WriteBlock | CloseFile>) => void;
  postMessage(written: Written): void;
};
const files = new Map<number, DiskFile>();

thread.onmessage = ({ data }) => {
  if ("close" in data) return close(data.close);
  const { id } = data;
  try {
    thread.postMessage({ id, isDirect: write(data) });
  } catch (error) {
    thread.postMessage({ id, error: (error as Error).message });
  }
};

/** @returns Whether the file is still written past the cache. */
function write({ file, path, bytes, at }: WriteBlock): boolean {
  if (!files.has(file)) files.set(file, open(path));
  for (let done = 0; done < bytes.length;) {
    const { handle, isDirect } = files.get(file)!;
    try {
      done += writeSync(handle, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      // The file system wants larger steps, or has written a part of the block that is no step.
      if (!isDirect || (error as { code?: string }).code !== "EINVAL") throw error;
      close(file);
      files.set(file, { handle: openSync(path, O_WRONLY), isDirect: false });
    }
  }
  return files.get(file)!.isDirect;
}

function open(path: string): DiskFile {
  try {
    return { handle: openSync(path, O_WRONLY | O_DIRECT), isDirect: O_DIRECT !== 0 };
  } catch (error) {
    if ((error as { code?: string }).code !== "EINVAL") throw error;
    return { handle: openSync(path, O_WRONLY), isDirect: false };
  }
}

function close(file: number): void {
  const open = files.get(file);
  files.delete(file);
  if (open) closeSync(open.handle);
}
