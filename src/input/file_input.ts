import type { FileVersion } from "../shared/file_piece.ts";
import type { ExpansionLimits } from "./expansion.ts";

/** A file, or a range of one, that is counted as a text of its own. */
export interface FileInput {
  /** Absolute, or relative to the working directory. */
  path: string;
  /** The first byte. @default {0} */
  offset?: number;
  /** Bytes from there on. @default {up to the file's end} */
  length?: number;
  /** What was seen of the file by whoever lets it be read. @internal */
  seen?: SeenFile;
}

/** A file that was looked at before it is opened. */
export interface SeenFile {
  /** What is opened must be this, so no other file has come into its place. */
  version: FileVersion;
  /** Bounds on what comes out of it, where it is compressed. */
  expansion: ExpansionLimits;
}

/**
 * Files that are counted as one input, each as if it stood alone; see Texts. Workers read large ones
 * themselves. A file must stay as it is while it is read.
 *
 * @example
 * ```ts
 * import { Engine } from "@millrace/millrace";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "to be or not to be");
 * await using engine = await Engine.start({ workers: 1 });
 * const { totals } = await engine.submit({ files: [{ path }] }).done;
 * await Deno.remove(path);
 * if (totals.tokens !== 6) throw new Error(`${totals.tokens}`);
 * ```
 */
export interface Files {
  files: Iterable<FileInput> | AsyncIterable<FileInput>;
  /** Whether `files` may be iterated again. @default {whether it is an array} */
  rewinds?: boolean;
  /** Called when nothing more will be read. */
  cancel?(reason: unknown): void;
}
