import { EXIT } from "../terminal/exit_codes.ts";
import { CommandError } from "../terminal/explain.ts";
import { systemReason } from "../terminal/system_reason.ts";

/** Something to count. */
export type Source =
  | { kind: "stdin"; name: string }
  | { kind: "url"; name: string }
  /** `isFound` where it is a regular file that was found below a folder, and nobody has named it. */
  | { kind: "file"; name: string; isFound: boolean };

/** What a list of words says, and what it says in vain. */
export interface Listing {
  sources: Source[];
  failures: CommandError[];
}

const IS_URL = /^https?:\/\//i;
const IS_STORED = /^(s3:\/\/|shared:)/;
const IS_PATTERN = /[*?[{]/;

/**
 * The files that words of a command line name.
 *
 * A folder is counted with -r alone, as by grep: nobody counts a disk by a mistyped name. Below it,
 * hidden files and folders are left out, as a shell leaves them out of `**`, and links are not
 * followed, so that nothing is counted twice.
 *
 * @param listStored Finds what `s3://` and `shared:` words name; throws a CommandError.
 */
export async function listFiles(
  words: readonly string[],
  isRecursive: boolean,
  listStored: (word: string) => Promise<Source[]>,
): Promise<Listing> {
  const listing: Listing = { sources: [], failures: [] };
  for (const word of words) {
    if (word === "-") listing.sources.push({ kind: "stdin", name: "-" });
    else if (IS_URL.test(word)) listing.sources.push({ kind: "url", name: word });
    else if (IS_STORED.test(word)) await addStored(listing, () => listStored(word));
    else await addPath(listing, word, isRecursive);
  }
  return listing;
}

async function addStored(listing: Listing, list: () => Promise<Source[]>): Promise<void> {
  try {
    listing.sources.push(...await list());
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    listing.failures.push(error);
  }
}

async function addPath(listing: Listing, path: string, isRecursive: boolean): Promise<void> {
  const info = statOf(path);
  if (info instanceof Error) {
    const paths = IS_PATTERN.test(path) ? await findPaths(path) : [];
    if (paths.length === 0) listing.failures.push(cannotRead(path, info));
    for (const each of paths) {
      if (isRecursive || !isFolder(each)) await addPath(listing, each, isRecursive);
    }
  } else if (!info.isDirectory) {
    listing.sources.push({ kind: "file", name: path, isFound: false });
  } else if (isRecursive) {
    walk(listing, path);
  } else {
    listing.failures.push(
      new CommandError(`Cannot count '${path}': it is a folder`, "Count what is in it, with -r"),
    );
  }
}

/** To load what knows patterns takes longer than to count a small file. */
async function findPaths(pattern: string): Promise<string[]> {
  const { globSync } = await import("node:fs");
  return globSync(pattern).sort();
}

function walk(listing: Listing, folder: string): void {
  let entries: Deno.DirEntry[];
  try {
    entries = Array.from(Deno.readDirSync(folder));
  } catch (error) {
    listing.failures.push(cannotRead(folder, error as Error));
    return;
  }
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isFile, isDirectory } of entries) {
    if (name.startsWith(".")) continue;
    const path = folder.endsWith("/") ? folder + name : `${folder}/${name}`;
    if (isFile) listing.sources.push({ kind: "file", name: path, isFound: true });
    else if (isDirectory) walk(listing, path);
  }
}

function statOf(path: string): Deno.FileInfo | Error {
  try {
    return Deno.statSync(path);
  } catch (error) {
    return error as Error;
  }
}

function isFolder(path: string): boolean {
  const info = statOf(path);
  return !(info instanceof Error) && info.isDirectory;
}

/** @param error What the system says. */
export function cannotRead(path: string, error: Error): CommandError {
  const [reason, advice] = error instanceof Deno.errors.NotFound
    ? ["there is none", "millrace --help says what else may stand here"]
    : error instanceof Deno.errors.PermissionDenied
    ? ["its permissions do not allow it", "Its owner may allow it: chmod +r"]
    : [systemReason(error), ""];
  return new CommandError(`Cannot read '${path}': ${reason}`, advice, EXIT.failed);
}
