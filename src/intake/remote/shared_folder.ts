import { isAbsolute, relative, sep } from "node:path";
import type { JobError } from "../../contract/problems.ts";
import { checkBodyBytes } from "../../input/source.ts";
import type { FileInput, SeenFile } from "../../input/file_input.ts";
import type { TextPart } from "../../input/text_series.ts";
import { versionOf } from "../../shared/file_piece.ts";
import type { RemoteTerms } from "./remote_texts.ts";
import { inputError, urlRefused } from "./url_errors.ts";

const SCHEME = "shared:";

/**
 * A folder that all who may count may have counted, as `shared:PATH`. The path stands as it is, with
 * nothing escaped. Links are followed as long as they stay within the folder.
 *
 * A file is looked at where no link is left on its way, and what is opened later must be the file
 * that was seen: a link that is put there meanwhile leads to nothing.
 */
export class SharedFolder {
  readonly #path: string;
  readonly #terms: RemoteTerms;

  constructor(path: string, terms: RemoteTerms = {}) {
    this.#path = path;
    this.#terms = terms;
  }

  /**
   * The texts that a URL names: a file, or, where it ends with a slash, all files below a folder in
   * the order of their names. There, hidden files and folders are left out, and links.
   *
   * @returns Reading them throws a JobError: `url_refused`, `input_not_found`, `input_denied`,
   * `body_too_large`.
   * @throws {JobError} `url_refused` if it is no such URL.
   */
  open(url: string): () => AsyncGenerator<TextPart, void, void> {
    const path = parseShared(url);
    return () => path.endsWith("/") ? this.#all(url, path.slice(0, -1)) : this.#one(path);
  }

  /** The URLs of the texts that a URL names. @throws {JobError} As reading what `open` gives. */
  async *list(url: string): AsyncGenerator<string, void, void> {
    const path = parseShared(url);
    if (!path.endsWith("/")) return yield url;
    for await (const each of this.#walkAll(url, path.slice(0, -1))) yield SCHEME + each;
  }

  /** The file that a URL names, as it is now. @throws {JobError} As reading what `open` gives. */
  find(url: string): Promise<FileInput & { seen: SeenFile }> {
    return this.#look(parseShared(url));
  }

  async *#one(path: string): AsyncGenerator<TextPart, void, void> {
    yield { text: await this.#look(path), name: SCHEME + path };
  }

  async *#all(url: string, path: string): AsyncGenerator<TextPart, void, void> {
    for await (const each of this.#walkAll(url, path)) yield* this.#one(each);
  }

  async *#walkAll(url: string, path: string): AsyncGenerator<string, void, void> {
    let isEmpty = true;
    for await (const each of this.#walk(path)) {
      isEmpty = false;
      yield each;
    }
    if (isEmpty) throw inputError("input_not_found", url, "there is no file in it");
  }

  async *#walk(path: string): AsyncGenerator<string, void, void> {
    const { real } = await this.#resolve(path, `${SCHEME}${path}/`);
    const entries = await guarded(`${SCHEME}${path}/`, () => Array.fromAsync(Deno.readDir(real)));
    entries.sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, isFile, isDirectory } of entries) {
      if (name.startsWith(".")) continue;
      const each = `${path}/${name}`;
      if (isFile) yield each;
      else if (isDirectory) yield* this.#walk(each);
    }
  }

  async #look(path: string): Promise<FileInput & { seen: SeenFile }> {
    const name = SCHEME + path;
    const { real, info } = await this.#resolve(path, name);
    if (info.isDirectory) {
      throw urlRefused(name, `it is a folder; ${name}/ names all files below it`);
    }
    if (!info.isFile) throw urlRefused(name, "it is no regular file");
    checkBodyBytes(info.size, this.#terms);
    const { maxExpandedBytes, maxRatio } = this.#terms;
    const version = { ...versionOf(real, info), name };
    return { path: real, seen: { version, expansion: { maxExpandedBytes, maxRatio } } };
  }

  /** Where something of the folder is, without links, and what it is. */
  async #resolve(path: string, name: string): Promise<{ real: string; info: Deno.FileInfo }> {
    const root = await this.#root(name);
    const real = await guarded(name, () => Deno.realPath(`${root}/${path}`));
    const info = await guarded(name, () => Deno.lstat(real));
    // Once more, since a part of the way may have become a link before it was looked at.
    const again = await guarded(name, () => Deno.realPath(real));
    if (again === real && isWithin(root, real)) return { real, info };
    throw urlRefused(name, "a link on its way leads out of the shared folder");
  }

  async #root(name: string): Promise<string> {
    try {
      return await Deno.realPath(this.#path);
    } catch (error) {
      throw inputError("input_denied", name, "the shared folder cannot be read", {}, error);
    }
  }
}

/** @param root Without links, as the path is. */
function isWithin(root: string, path: string): boolean {
  const below = relative(root, path);
  return below !== "" && !isAbsolute(below) && below.split(sep, 1)[0] !== "..";
}

/** @throws {JobError} `url_refused` if it is no path that stays below where it begins. */
function parseShared(url: string): string {
  const path = url.slice(SCHEME.length);
  if (path === "") throw urlRefused(url, "it names no file");
  const parts = path.replace(/\/$/, "").split("/");
  const isBelow = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (isBelow && !path.includes("\0") && url.startsWith(SCHEME)) return path;
  throw urlRefused(
    url,
    `it is not ${SCHEME}PATH, with a path in the shared folder and without '..'`,
  );
}

async function guarded<T>(name: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw explain(name, error);
  }
}

/** What the system says, without the paths that it names. */
function explain(name: string, error: unknown): JobError {
  const { errors } = Deno;
  if (error instanceof errors.NotFound || error instanceof errors.NotADirectory) {
    return inputError("input_not_found", name, "there is no such file", {}, error);
  }
  const isDenied = error instanceof errors.PermissionDenied || error instanceof errors.NotCapable;
  const reason = isDenied ? "its permissions do not allow it" : "the system cannot read it";
  return inputError("input_denied", name, reason, {}, error);
}
