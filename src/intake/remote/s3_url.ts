import { urlRefused } from "./url_errors.ts";

/** An object of a store, or all whose keys begin alike. */
export interface S3Location {
  bucket: string;
  /** A key; where it ends with a slash or is empty, what keys begin with. */
  key: string;
}

const MOST_KEY_BYTES = 1024;

/**
 * Reads `s3://bucket/key`. The key stands as it is: nothing of it is escaped, and `?` and `#` are
 * characters of it.
 *
 * @throws {JobError} `url_refused` if it is no such URL, or if URLs cannot express the key.
 */
export function parseS3Url(text: string): S3Location {
  const match = /^s3:\/\/([^/]*)(\/?)(.*)$/is.exec(text);
  if (!match) throw urlRefused(text, "it is not s3://BUCKET/KEY");
  const [, bucket, slash, key] = match;
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket)) {
    throw urlRefused(text, "its bucket has no name that a bucket may have");
  }
  if (slash === "") {
    throw urlRefused(text, `it names no object; s3://${bucket}/ names all of the bucket`);
  }
  if (new TextEncoder().encode(key).length > MOST_KEY_BYTES) {
    throw urlRefused(text, `its key has more than ${MOST_KEY_BYTES} bytes`);
  }
  checkKey(text, key);
  return { bucket, key };
}

/** Refuses keys that would be another one in a URL: parsing takes such parts out, escaped or not. */
export function checkKey(named: string, key: string): void {
  if (key.split("/").some((part) => part === "." || part === "..")) {
    throw urlRefused(named, "its key has a part '.' or '..', which no URL can have");
  }
}

/** Whether it is all whose keys begin so. */
export function isPrefix({ key }: S3Location): boolean {
  return key === "" || key.endsWith("/");
}

/** The URL of an object, as a client writes it. */
export function formatS3Url({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}
