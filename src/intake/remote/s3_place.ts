import type { Target } from "./exchange.ts";
import type { RemoteOptions } from "./remote_file.ts";
import { openTarget, type Place, type RemoteTerms } from "./remote_texts.ts";
import { type Environment, readAccount } from "./s3_account.ts";
import { formatS3Url, isPrefix, parseS3Url } from "./s3_url.ts";

/** A store is where whoever runs this says, inside a network as well. */
const ANYWHERE = { mayConnect: () => true };

/**
 * What `s3://` URLs name: an object of an S3-compatible store, or all objects whose keys begin
 * alike, where the URL ends with a slash.
 *
 * @param env Has the credentials, and says where the store is; asked at each URL.
 */
export function s3Place(env: Environment, options: RemoteOptions, terms: RemoteTerms): Place {
  const reading = { ...options, ...ANYWHERE };
  return (url) => {
    const location = parseS3Url(url);
    const account = readAccount(url, env);
    return async function* (open) {
      const { S3Store } = await import("./s3_store.ts");
      const store = new S3Store(account, reading);
      for await (const object of store.find(location)) {
        yield await openTarget(store.target(object), open, reading, terms);
      }
    };
  };
}

/**
 * How the object that an `s3://` URL names is asked for, and read.
 *
 * @returns Undefined for what may be several.
 * @throws {JobError} As s3Place.
 */
export async function findObject(
  url: string,
  env: Environment,
  options: RemoteOptions,
): Promise<{ target: Target; options: RemoteOptions } | undefined> {
  const location = parseS3Url(url);
  if (isPrefix(location)) return undefined;
  const account = readAccount(url, env);
  const { S3Store } = await import("./s3_store.ts");
  const reading = { ...options, ...ANYWHERE };
  return { target: new S3Store(account, reading).target(location), options: reading };
}

/**
 * The URLs of the objects that an `s3://` URL names, in the order of their keys.
 *
 * @throws {JobError} As s3Place.
 */
export async function* listObjects(
  url: string,
  env: Environment,
  options: RemoteOptions,
): AsyncGenerator<string, void, void> {
  const location = parseS3Url(url);
  const account = readAccount(url, env);
  const { S3Store } = await import("./s3_store.ts");
  const store = new S3Store(account, { ...options, ...ANYWHERE });
  for await (const object of store.find(location)) yield formatS3Url(object);
}
