import type { IntakeOptions } from "./intake_options.ts";
import { parseUrl, type Target } from "./remote/exchange.ts";
import { lookAt, type Range, type RangedText, readRange } from "./remote/ranged_text.ts";
import type { RemoteOptions } from "./remote/remote_file.ts";
import { findObject } from "./remote/s3_place.ts";
import { urlRefused } from "./remote/url_errors.ts";
import { remoteOptions } from "./url_opener.ts";

/** Reads parts of texts behind URLs, by the rules for texts that clients name. */
export interface RangedReader {
  /**
   * Looks at a text, and reads nothing of it.
   *
   * @returns Undefined if parts of it cannot be read here.
   * @throws {JobError} As RemoteFile; `unsupported_media`.
   */
  lookAt(url: string): Promise<RangedText | undefined>;
  /** The bytes of a part. Reading throws as RemoteFile, and `input_changed`. */
  readRange(text: RangedText, range: Range): AsyncIterable<Uint8Array>;
}

/** Where a text is, and how it is read. */
interface Found {
  target: Target;
  options: RemoteOptions;
}

/** Gives what reads parts of texts; each server that reads one checks its address itself. */
export function createRangedReader(options: IntakeOptions): RangedReader {
  const { remote, environment } = remoteOptions(options);
  const { allowUrls, allowS3 } = options;
  const find = async (url: string): Promise<Found | undefined> => {
    const scheme = /^[a-z0-9]+:/i.exec(url)?.[0].toLowerCase();
    if (scheme === "s3:" && allowS3) return await findObject(url, environment, remote);
    const isWeb = scheme === "http:" || scheme === "https:";
    return isWeb && allowUrls ? { target: { url: parseUrl(url) }, options: remote } : undefined;
  };
  return {
    async lookAt(url) {
      const found = await find(url);
      const text = found && await lookAt(found.target, found.options);
      return text && { ...text, url };
    },
    async *readRange(text, range) {
      const found = await find(text.url);
      if (!found) throw urlRefused(text.url, "this server reads no part of it");
      yield* readRange(found.target, text, range, found.options);
    },
  };
}
