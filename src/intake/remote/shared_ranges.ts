import { namedCodings } from "../../input/content_coding.ts";
import type { FileInput } from "../../input/file_input.ts";
import { OpenFile } from "../../input/open_file.ts";
import type { Range, RangedText } from "./ranged_text.ts";
import type { SharedFolder } from "./shared_folder.ts";
import { inputChanged } from "./url_errors.ts";

// Parts of files in a folder that several servers have, each by a mount or a copy of its own. What
// tells a version is the same for all of them: the size and the time of change. Inodes and devices
// are not.

/**
 * Looks at a file, and reads nothing of it.
 *
 * @returns Undefined if it is compressed, by its name.
 * @throws {JobError} As SharedFolder.
 */
export async function lookAtShared(
  folder: SharedFolder,
  url: string,
): Promise<RangedText | undefined> {
  const { path, seen: { version } } = await folder.find(url);
  if (namedCodings({ name: path }, "auto").length > 0) return undefined;
  return { url, name: url, bytes: version.size, validator: String(version.modified) };
}

/**
 * Part of a file as an input.
 *
 * @throws {JobError} As SharedFolder; `input_changed` if it is another version.
 */
export async function openShared(
  folder: SharedFolder,
  { url, bytes, validator }: RangedText,
  { from, to }: Range,
): Promise<FileInput> {
  const file = await folder.find(url);
  const { size, modified } = file.seen.version;
  if (size !== bytes || String(modified) !== validator) throw inputChanged(url, { offset: from });
  return { ...file, offset: from, length: to - from };
}

/** The bytes of a part. @throws {JobError} As openShared, and OpenFile. */
export async function* readShared(
  folder: SharedFolder,
  text: RangedText,
  range: Range,
): AsyncGenerator<Uint8Array, void, void> {
  const input = await openShared(folder, text, range);
  const file = OpenFile.open(input)!;
  try {
    yield* file.stream(range.from, range.to, () => {});
  } finally {
    file.close();
  }
}
