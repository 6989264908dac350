import { sleep } from "../../async/sleep.ts";
import { JobError } from "../../contract/problems.ts";
import { begin, explain, PASSING, type RetryOptions } from "./begin.ts";
import { inputChanged, Interruption, urlFailed } from "./url_errors.ts";
import { get, type RemoteResponse, type Target } from "./exchange.ts";

/** How a file is read from another server. */
export interface RemoteOptions extends RetryOptions {
  /** Bytes that are asked for at once, where the server gives ranges. */
  pieceBytes: number;
  /** Pieces that are under way at once. */
  parallel: number;
}

/** Bytes that count as having come further. */
const PROGRESS_BYTES = 64 * 1024;

/**
 * One version of a remote file, which is read by ranges and from where it broke off. Every range is
 * asked for under the condition that the file is still that version: its strong ETag, or else its
 * date. The condition is `If-Range`; object stores, which know a signature, may pass over that one
 * and not over `If-Match`. Whichever a server knows, each range must be of the same ETag.
 */
export class RemoteFile {
  /** Whether one range may follow another: the server gives them, and can tell versions apart. */
  readonly hasRanges: boolean;
  /** Size in bytes; Infinity if the server does not say. */
  readonly bytes: number;
  readonly headers: Headers;
  readonly #target: Target;
  readonly #options: RemoteOptions;
  /** What tells this version from others; undefined where its server does not say. */
  readonly validator: string | undefined;
  readonly #open = new Set<RemoteResponse>();
  #first: RemoteResponse | undefined;
  #closed = false;

  private constructor(target: Target, version: FileVersion, options: RemoteOptions) {
    this.#target = target;
    this.#options = options;
    const { first, headers = new Headers(), bytes, validator, hasRanges } = version;
    this.#first = first;
    if (first) this.#open.add(first);
    this.headers = headers;
    this.bytes = bytes;
    this.validator = validator;
    this.hasRanges = hasRanges;
  }

  /**
   * A version of a file that was looked at before: nothing is asked for before its ranges are.
   *
   * @param version Of a file whose server gives ranges.
   */
  static resume(
    target: Target,
    version: Required<Pick<FileVersion, "bytes" | "validator">>,
    options: RemoteOptions,
  ): RemoteFile {
    return new RemoteFile(target, { ...version, hasRanges: true }, options);
  }

  /**
   * Asks for the first piece, and settles for the whole where there are no ranges.
   *
   * @throws {JobError} `url_refused`, `url_failed`, and as the target explains.
   */
  static async open(target: Target, options: RemoteOptions): Promise<RemoteFile> {
    let first = await begin(target, { Range: `bytes=0-${options.pieceBytes - 1}` }, options);
    const range = parseContentRange(first);
    const isWhole = range !== undefined && range.end === range.total;
    const isFirst = range?.start === 0 && (isWhole || findValidator(first.headers) !== undefined);
    if ((first.status === 206 && !isFirst) || first.status === 416) {
      first.close();
      first = await begin(target, {}, options);
    }
    if (first.status === 200 || first.status === 206) {
      return new RemoteFile(target, readVersion(first), options);
    }
    throw await explain(target, first);
  }

  /** Where the first response ends, which was for the first piece or for all; 0 without one. */
  get firstEnd(): number {
    return this.#first ? parseContentRange(this.#first)?.end ?? this.bytes : 0;
  }

  /**
   * The bytes of [start, end), taken up again where they break off.
   *
   * @throws {JobError} `url_failed` or `input_changed`, with the offset.
   */
  async *range(start: number, end: number): AsyncGenerator<Uint8Array, void, void> {
    let at = start;
    let progress = start;
    for (let failures = 0;;) {
      let response: RemoteResponse | undefined;
      try {
        response = await this.#respond(at, end);
        for await (const block of response.body) {
          at += block.length;
          if (at > end) throw urlFailed(this.#target, "its server sends more than was asked for");
          yield block;
        }
        if (at === end || end === Infinity) return;
        throw new Interruption("the answer ended early");
      } catch (error) {
        if (error instanceof JobError) throw error;
        if (at - progress >= PROGRESS_BYTES) failures = 0;
        progress = at;
        if (this.#closed || !this.hasRanges || ++failures > this.#options.attempts) {
          throw urlFailed(this.#target, (error as Error).message, { offset: at }, error);
        }
        await sleep(this.#options.backoffMs * 2 ** (failures - 1));
      } finally {
        if (response) this.#end(response);
      }
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true;
    for (const response of this.#open) response.close();
    this.#open.clear();
  }

  #end(response: RemoteResponse): void {
    response.close();
    this.#open.delete(response);
  }

  async #respond(start: number, end: number): Promise<RemoteResponse> {
    const first = this.#first;
    if (first && start === 0) {
      this.#first = undefined;
      return first;
    }
    const last = end === Infinity ? "" : end - 1;
    const condition = this.#target.sign && this.#isTagged ? "If-Match" : "If-Range";
    const headers = { "Range": `bytes=${start}-${last}`, [condition]: this.validator! };
    const response = await get(this.#target, headers, this.#options);
    this.#open.add(response);
    if (this.#closed) this.#end(response);
    const { status } = response;
    if (PASSING.includes(status)) throw new Interruption(`its server answers ${status}`);
    if (status === 206 && this.#isSame(response, start)) return response;
    // 416: it had the range, and is shorter by now.
    const hasChanged = [206, 200, 412, 416].includes(status);
    const error = hasChanged
      ? inputChanged(this.#target, { remoteStatus: status, offset: start })
      : await explain(this.#target, response, { offset: start });
    this.#end(response);
    throw error;
  }

  get #isTagged(): boolean {
    return this.validator!.startsWith('"');
  }

  /** Whether a range is the one that was asked for, of the version that was begun. */
  #isSame(response: RemoteResponse, start: number): boolean {
    const range = parseContentRange(response);
    const tag = response.headers.get("etag");
    return range?.start === start && (this.bytes === Infinity || range.total === this.bytes) &&
      (!this.#isTagged || tag === null || tag === this.validator);
  }
}

/** What a response tells of a file. */
interface FileVersion {
  bytes: number;
  validator: string | undefined;
  hasRanges: boolean;
  headers?: Headers;
  first?: RemoteResponse;
}

function readVersion(first: RemoteResponse): FileVersion {
  const { status, headers } = first;
  const validator = findValidator(headers);
  const gives = status === 206 || headers.get("accept-ranges") === "bytes";
  return {
    first,
    headers,
    validator,
    bytes: parseContentRange(first)?.total ?? parseLength(first),
    hasRanges: gives && validator !== undefined,
  };
}

/** What tells this version from others: a strong ETag, or else the date. */
function findValidator(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag)) return tag;
  return headers.get("last-modified") ?? undefined;
}

/** @returns Undefined where there is no range of a known size. */
function parseContentRange(
  { status, headers }: RemoteResponse,
): { start: number; end: number; total: number } | undefined {
  if (status !== 206) return undefined;
  const match = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15})$/
    .exec(headers.get("content-range") ?? "");
  if (!match) return undefined;
  const [start, last, total] = match.slice(1).map(Number);
  return start <= last && last < total ? { start, end: last + 1, total } : undefined;
}

function parseLength({ headers }: RemoteResponse): number {
  const length = headers.get("content-length");
  return length === null ? Infinity : Number(length);
}
