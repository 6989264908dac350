import { sleep } from "../../async/sleep.ts";
import { JobError } from "../../contract/problems.ts";
import { Interruption, urlFailed } from "./url_errors.ts";
import { type ExchangeOptions, get, type RemoteResponse } from "./exchange.ts";

/** How a file is read from another server. */
export interface RemoteOptions extends ExchangeOptions {
  /** Bytes that are asked for at once, where the server gives ranges. */
  pieceBytes: number;
  /** Pieces that are under way at once. */
  parallel: number;
  /** How often a read is taken up again after it broke without having come further. */
  attempts: number;
  /** Pause before the first of these, which doubles. */
  backoffMs: number;
}

/** Bytes that count as having come further. */
const PROGRESS_BYTES = 64 * 1024;

/** Statuses after which asking again may help. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/**
 * One version of a remote file, which is read by ranges and from where it broke off. Every range is
 * asked for under the condition (`If-Range`) that the file is still that version: its strong ETag,
 * or else its date.
 */
export class RemoteFile {
  /** Whether one range may follow another: the server gives them, and can tell versions apart. */
  readonly hasRanges: boolean;
  /** Size in bytes; Infinity if the server does not say. */
  readonly bytes: number;
  readonly headers: Headers;
  readonly #url: URL;
  readonly #options: RemoteOptions;
  readonly #validator: string | undefined;
  readonly #open = new Set<RemoteResponse>();
  #first: RemoteResponse | undefined;
  #closed = false;

  private constructor(url: URL, first: RemoteResponse, options: RemoteOptions) {
    this.#url = url;
    this.#options = options;
    this.#first = first;
    this.#open.add(first);
    this.headers = first.headers;
    this.#validator = findValidator(first.headers);
    const range = parseContentRange(first);
    this.bytes = range?.total ?? parseLength(first);
    const gives = first.status === 206 || first.headers.get("accept-ranges") === "bytes";
    this.hasRanges = gives && this.#validator !== undefined;
  }

  /**
   * Asks for the first piece, and settles for the whole where there are no ranges.
   *
   * @throws {JobError} `url_refused`, `url_failed`.
   */
  static async open(url: URL, options: RemoteOptions): Promise<RemoteFile> {
    let first = await begin(url, { Range: `bytes=0-${options.pieceBytes - 1}` }, options);
    const range = parseContentRange(first);
    const isWhole = range !== undefined && range.end === range.total;
    const isFirst = range?.start === 0 && (isWhole || findValidator(first.headers) !== undefined);
    if ((first.status === 206 && !isFirst) || first.status === 416) {
      first.close();
      first = await begin(url, {}, options);
    }
    if (first.status === 200 || first.status === 206) return new RemoteFile(url, first, options);
    first.close();
    throw urlFailed(url, `its server answers ${first.status}`, { remoteStatus: first.status });
  }

  /** Where the first response ends, which was for the first piece or for all. */
  get firstEnd(): number {
    return parseContentRange(this.#first!)?.end ?? this.bytes;
  }

  /**
   * The bytes of [start, end), taken up again where they break off.
   *
   * @throws {JobError} `url_failed`, with the offset.
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
          if (at > end) throw urlFailed(this.#url, "its server sends more than was asked for");
          yield block;
        }
        if (at === end || end === Infinity) return;
        throw new Interruption("the answer ended early");
      } catch (error) {
        if (error instanceof JobError) throw error;
        if (at - progress >= PROGRESS_BYTES) failures = 0;
        progress = at;
        if (this.#closed || !this.hasRanges || ++failures > this.#options.attempts) {
          throw urlFailed(this.#url, (error as Error).message, { offset: at }, error);
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
    const headers = { "Range": `bytes=${start}-${last}`, "If-Range": this.#validator! };
    const response = await get(this.#url, headers, this.#options);
    this.#open.add(response);
    if (this.#closed) this.#end(response);
    const { status } = response;
    const details = { remoteStatus: status, offset: start };
    if (PASSING.includes(status)) throw new Interruption(`its server answers ${status}`);
    const range = parseContentRange(response);
    const isSame = range?.start === start &&
      (this.bytes === Infinity || range.total === this.bytes);
    if (status === 206 && isSame) return response;
    this.#end(response);
    if (status === 206 || status === 200) {
      throw urlFailed(this.#url, "it changed while it was read", details);
    }
    throw urlFailed(this.#url, `its server answers ${status}`, details);
  }
}

async function begin(
  url: URL,
  headers: Record<string, string>,
  options: RemoteOptions,
): Promise<RemoteResponse> {
  try {
    return await get(url, headers, options);
  } catch (error) {
    if (error instanceof JobError) throw error;
    throw urlFailed(url, (error as Error).message, {}, error);
  }
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
