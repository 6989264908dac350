import { ignoreError } from "../async/own.ts";
import { JobError } from "../contract/problems.ts";
import { createStream } from "../input/byte_stream.ts";
import type { PresentInput } from "../input/text_input.ts";
import type { Target } from "../intake/remote/exchange.ts";
import { readRange } from "../intake/remote/ranged_text.ts";
import type { RemoteOptions } from "../intake/remote/remote_file.ts";
import type { TextPiece } from "./cut_text.ts";
import { addressOf } from "./node_address.ts";
import type { Signatures } from "./signatures.ts";
import type { SentPart } from "./split_task.ts";

/** Where nodes ask each other for what clients have sent: `/internal/inputs/UPLOAD/PART`. */
const ROOT = "/internal/inputs";

/** Names of uploads and parts, which become names of files. */
const PATH = new RegExp(`^${ROOT}/([\\w-]{1,100})/([0-9]{1,6})$`);

/** What this node keeps of a text that a client has sent. */
export interface KeptPart {
  path: string;
  from: number;
  to: number;
  /** Whether nothing of the text follows. */
  isLast: boolean;
}

/** What keeping and reading parts takes. */
export interface SentPartsOptions {
  /** Exists; uploads have folders in it. */
  folder: string;
  /** Where other nodes reach this one. */
  node: string;
  signatures: Signatures;
  /** How other nodes are asked. */
  remote: RemoteOptions;
  /** Whether a node is there. */
  isThere(node: string): Promise<boolean>;
}

/**
 * Texts that clients have sent to this node, in parts, for other nodes to count: each part is a file,
 * which is there until the text is counted.
 */
export class SentParts {
  readonly #options: SentPartsOptions;

  constructor(options: SentPartsOptions) {
    this.#options = options;
  }

  /**
   * Keeps the parts of a text as they come in, and gives each when it is whole.
   *
   * @throws {JobError} `disk_full`, `disk_failed`, and what reading the text throws.
   */
  async *keep(
    upload: string,
    pieces: AsyncIterable<TextPiece>,
  ): AsyncGenerator<KeptPart, void, void> {
    await guarded(() => Deno.mkdir(this.#folderOf(upload)));
    let file: Deno.FsFile | undefined;
    let from = 0;
    let to = 0;
    let part = 0;
    const finish = (isLast: boolean): KeptPart => {
      file?.close();
      file = undefined;
      const kept = { path: `${ROOT}/${upload}/${part++}`, from, to, isLast };
      from = to;
      return kept;
    };
    try {
      file = await this.#create(upload, part);
      for await (const { bytes, ends } of pieces) {
        file ??= await this.#create(upload, part);
        await write(file, bytes);
        to += bytes.length;
        if (ends) yield finish(false);
      }
      yield finish(true);
    } finally {
      file?.close();
    }
  }

  /** Lets go of an upload. */
  async drop(upload: string): Promise<void> {
    await Deno.remove(this.#folderOf(upload), { recursive: true }).catch(ignoreError);
  }

  /**
   * A part as an input, from wherever it is.
   *
   * @throws {JobError} `input_lost` if its node is gone; reading it throws as RemoteFile, too.
   */
  async open(part: SentPart): Promise<PresentInput> {
    const { node, isThere } = this.#options;
    if (part.node === node) return { stream: () => this.openHere(part) };
    if (!await isThere(part.node)) throw inputLost(part.node);
    return { stream: () => createStream(this.#read(part), ignoreError) };
  }

  /** A part that is here: once it is open, its upload may be let go of. */
  openHere({ path }: Pick<SentPart, "path">): ReadableStream<Uint8Array> {
    try {
      return Deno.openSync(this.#pathOf(path)!).readable;
    } catch {
      throw inputLost(this.#options.node);
    }
  }

  /** Gives another node a part, or a range of it; undefined for what is not about parts. */
  answer({ method, headers }: Request, path: string): Promise<Response> | undefined {
    const file = this.#pathOf(path);
    if (file === undefined || method !== "GET") return undefined;
    return sendRange(file, headers.get("range") ?? "", tagOf(path));
  }

  #read({ node, path, bytes }: SentPart): AsyncIterable<Uint8Array> {
    const { signatures, remote } = this.#options;
    const url = addressOf(node, path);
    const target: Target = {
      url,
      sign: async (headers) => ({ ...headers, authorization: await signatures.sign("GET", url) }),
      explain: () => Promise.resolve(inputLost(node)),
    };
    return readRange(target, { bytes, validator: tagOf(path) }, { from: 0, to: bytes }, remote);
  }

  async #create(upload: string, part: number): Promise<Deno.FsFile> {
    const path = `${this.#folderOf(upload)}/${part}`;
    return await guarded(() => Deno.open(path, { write: true, createNew: true }));
  }

  #folderOf(upload: string): string {
    return `${this.#options.folder}/${upload}`;
  }

  /** Of a part's file; undefined if it is no path of a part. */
  #pathOf(path: string): string | undefined {
    const [, upload, part] = PATH.exec(path) ?? [];
    return part === undefined ? undefined : `${this.#folderOf(upload)}/${part}`;
  }
}

/** The failure of a job whose input is gone with the node that took it in. */
export function inputLost(node: string): JobError {
  const message = `Cannot read what was sent to ${node}: that node is gone, or has let go of it; ` +
    "send it again";
  return new JobError("input_lost", message, { details: { node } });
}

/** A part is never another one: its upload has a name that is never used again. */
function tagOf(path: string): string {
  return `"${path}"`;
}

/** The bytes of a file that a range names (RFC 9110, 14.2), or all. */
async function sendRange(path: string, range: string, etag: string): Promise<Response> {
  try {
    const file = await Deno.open(path);
    const { size } = await file.stat();
    const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range) ?? [];
    if (first === undefined) {
      return new Response(file.readable, { headers: { "content-length": `${size}`, etag } });
    }
    const from = Math.min(Number(first), size);
    const length = Math.min(Number(last) + 1, size) - from;
    await file.seek(from, Deno.SeekMode.Start);
    return new Response(file.readable.pipeThrough(firstBytes(length)), {
      status: 206,
      headers: {
        "content-length": String(length),
        "content-range": `bytes ${from}-${from + length - 1}/${size}`,
        etag,
      },
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Response(null, { status: 404 });
    throw error;
  }
}

/** Lets so many bytes through, and ends what they come from. */
function firstBytes(length: number): TransformStream<Uint8Array<ArrayBuffer>> {
  let left = length;
  return new TransformStream({
    transform(bytes, controller) {
      controller.enqueue(bytes.subarray(0, left));
      left -= bytes.length;
      if (left <= 0) controller.terminate();
    },
  });
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await guarded(() => file.write(bytes.subarray(at)));
  }
}

/** @throws {JobError} `disk_full` or `disk_failed`, for what the system refuses. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isFull = (cause as { code?: unknown }).code === "ENOSPC";
    const reason = isFull ? "no space is left on the disk" : "the disk cannot be written";
    const code = isFull ? "disk_full" : "disk_failed";
    throw new JobError(code, `Cannot keep what is sent: ${reason}`, { cause });
  }
}
