import { ignoreError } from "../async/own.ts";
import { createStream } from "../input/byte_stream.ts";
import type { FileInput } from "../input/file_input.ts";
import type { ReplayableInput } from "../input/text.ts";
import type { IntakeOptions } from "./intake_options.ts";
import { parseUrl, type Target } from "./remote/exchange.ts";
import { lookAt, type Range, type RangedText, readRange } from "./remote/ranged_text.ts";
import type { RemoteOptions } from "./remote/remote_file.ts";
import { schemeOf } from "./remote/remote_texts.ts";
import type { Environment } from "./remote/s3_account.ts";
import { findObject, listObjects } from "./remote/s3_place.ts";
import { SharedFolder } from "./remote/shared_folder.ts";
import { lookAtShared, openShared, readShared } from "./remote/shared_ranges.ts";
import { urlRefused } from "./remote/url_errors.ts";
import { remoteOptions } from "./url_opener.ts";

/** Reads parts of texts behind URLs, by the rules for texts that clients name. */
export interface RangedReader {
  /** The schemes of the URLs that it reads, with their colons. */
  readonly schemes: readonly string[];
  /** Whether it reads what a URL names. */
  reads(url: string): boolean;
  /**
   * The URLs of the texts that one names: those below a folder, or of objects whose keys begin
   * alike, in their order; else the URL itself.
   *
   * @throws {JobError} What is wrong with a URL that cannot be listed.
   */
  list(url: string): AsyncIterable<string>;
  /**
   * Looks at a text, and reads nothing of it.
   *
   * @returns Undefined if parts of it cannot be read here.
   * @throws {JobError} As RemoteFile and SharedFolder; `unsupported_media`.
   */
  lookAt(url: string): Promise<RangedText | undefined>;
  /** The bytes of a part. Reading throws as RemoteFile and SharedFolder, and `input_changed`. */
  readRange(text: RangedText, range: Range): AsyncIterable<Uint8Array>;
  /** A part as an input. @throws {JobError} As reading its bytes. */
  open(text: RangedText, range: Range): Promise<ReplayableInput | FileInput>;
}

/** How URLs of a scheme are read. */
type Way = Omit<RangedReader, "schemes" | "reads">;

/** Where a text is, and how it is read. */
interface Found {
  target: Target;
  options: RemoteOptions;
}

/** Gives what reads parts of texts; each server that reads one checks its address itself. */
export function createRangedReader(options: IntakeOptions): RangedReader {
  const { allowUrls, allowS3, shared, maxBodyBytes = Infinity } = options;
  const { remote, environment } = remoteOptions(options);
  const web = allowUrls ? webWay(remote) : undefined;
  const ways = Object.entries({
    "http:": web,
    "https:": web,
    "s3:": allowS3 ? storeWay(environment, remote) : undefined,
    "shared:": shared === undefined ? undefined : sharedWay(shared, options),
  }).filter((pair): pair is [string, Way] => pair[1] !== undefined);
  const byScheme = new Map(ways);
  const wayOf = ({ url }: Pick<RangedText, "url">) => {
    const way = byScheme.get(schemeOf(url));
    if (!way) throw urlRefused(url, "this server reads no part of it");
    return way;
  };
  return {
    schemes: [...byScheme.keys()],
    reads: (url) => byScheme.has(schemeOf(url)),
    list: (url) => wayOf({ url }).list(url),
    async lookAt(url) {
      const text = await byScheme.get(schemeOf(url))?.lookAt(url);
      return text && text.bytes <= maxBodyBytes ? text : undefined; // whoever counts it refuses it
    },
    readRange: (text, range) => wayOf(text).readRange(text, range),
    open: (text, range) => wayOf(text).open(text, range),
  };
}

function webWay(options: RemoteOptions): Way {
  return remoteWay(
    (url) => Promise.resolve({ target: { url: parseUrl(url) }, options }),
    async function* (url) {
      yield await Promise.resolve(url);
    },
  );
}

function storeWay(environment: Environment, options: RemoteOptions): Way {
  return remoteWay(
    (url) => findObject(url, environment, options),
    (url) => listObjects(url, environment, options),
  );
}

function remoteWay(
  find: (url: string) => Promise<Found | undefined>,
  list: Way["list"],
): Way {
  async function* read(text: RangedText, range: Range) {
    const found = await find(text.url);
    if (!found) throw urlRefused(text.url, "it names several texts");
    yield* readRange(found.target, text, range, found.options);
  }
  return {
    list,
    async lookAt(url) {
      const found = await find(url);
      const text = found && await lookAt(found.target, found.options);
      return text && { ...text, url };
    },
    readRange: read,
    open: (text, range) =>
      Promise.resolve({ stream: () => createStream(read(text, range), ignoreError) }),
  };
}

function sharedWay(path: string, terms: IntakeOptions): Way {
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = terms;
  const folder = new SharedFolder(path, { maxBytes, maxExpandedBytes, maxRatio });
  return {
    list: (url) => folder.list(url),
    lookAt: (url) => lookAtShared(folder, url),
    readRange: (text, range) => readShared(folder, text, range),
    open: (text, range) => openShared(folder, text, range),
  };
}
