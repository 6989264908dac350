import { cannotRead } from "./list_files.ts";

/** Smaller files are read at once, since opening one a second time takes longer than that. */
const BEGINNING_BYTES = 32 * 1024;

const beginning = new Uint8Array(BEGINNING_BYTES);

/**
 * The first bytes of a file, until the next is asked for.
 *
 * @param isRegular Whether that is known: else the system is asked first.
 * @returns Undefined for what is no regular file: reading it would take something away.
 */
export function readBeginning(
  path: string,
  isRegular: boolean,
): { bytes: Uint8Array; isWhole: boolean } | undefined {
  try {
    if (!isRegular && !Deno.statSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    let length = 0;
    let added: number | null = 0;
    while (added !== null && length < beginning.length) {
      added = file.readSync(beginning.subarray(length));
      length += added ?? 0;
    }
    return { bytes: beginning.subarray(0, length), isWhole: added === null };
  } catch (error) {
    throw cannotRead(path, error as Error);
  }
}
