import type { Rest, SourceLimits } from "../input/source.ts";
import type { Environment } from "./remote/s3_account.ts";
import type { RemoteOptions } from "./remote/remote_file.ts";

/** Bounds on what is taken in. */
export interface IntakeOptions {
  /** Largest accepted content; undefined for no bound. */
  maxBodyBytes?: number;
  /** Most bytes of text from compressed content; undefined for no bound. */
  maxExpandedBytes?: number;
  /** Most bytes of text per byte of compressed content; undefined for no bound. */
  maxRatio?: number;
  /** How long a content may stall. */
  readTimeoutMs: number;
  /** Longest time from the first read of a content to its end; undefined for no bound. */
  uploadTimeoutMs?: number;
  /** Whether the texts behind URLs may be counted. @default {false} */
  allowUrls?: boolean;
  /** Whether their hosts may be other than of the public internet. @default {false} */
  allowPrivateUrls?: boolean;
  /** Whether objects of an S3-compatible store may be counted. @default {false} */
  allowS3?: boolean;
  /** The folder whose files clients may have counted. @default {none} */
  shared?: string;
  /** How URLs are read, where it is not as usual; the environment says where that store is. */
  remote?: Partial<RemoteOptions> & { environment?: Environment };
}

/**
 * Takes over a content that is given up before its end.
 *
 * @param length What its sender has declared.
 */
export type GiveUp = (rest: Rest, length?: number) => void;

/**
 * Gives the bounds of a content as it comes. They are made once, for submissions are many.
 *
 * The bounds depend on the length that the sender has declared.
 *
 * @param giveUp None where a content that is given up is simply cancelled.
 */
export function createContentLimits(
  { maxBodyBytes: maxBytes, readTimeoutMs, uploadTimeoutMs }: IntakeOptions,
  giveUp?: GiveUp,
): (length: number | undefined) => SourceLimits {
  const giveUpRest = giveUp && ((rest: Rest) => giveUp(rest));
  const sized = { maxBytes, readTimeoutMs, uploadTimeoutMs, giveUp: giveUpRest };
  const framed = { ...sized, framed: true };
  return (length) => length === undefined ? framed : sized;
}
