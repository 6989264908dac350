import { urlRefused } from "./url_errors.ts";

/** Looks up a variable of the environment. */
export type Environment = (name: string) => string | undefined;

/** Who asks an S3-compatible store, and where it is. */
export interface S3Account {
  accessKeyId: string;
  secretAccessKey: string;
  /** Present for credentials of limited time. */
  sessionToken?: string;
  region: string;
  /** Where a store other than Amazon's is; its buckets are the first part of its paths. */
  endpoint?: URL;
}

/**
 * Reads the variables that programs for S3 share: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 * AWS_SESSION_TOKEN, AWS_REGION (or AWS_DEFAULT_REGION) and AWS_ENDPOINT_URL (or
 * AWS_ENDPOINT_URL_S3, which goes first). An empty variable counts as absent.
 *
 * @param url What is to be read, for the error.
 * @throws {JobError} `url_refused`, with the variables to set.
 */
export function readAccount(url: string, env: Environment): S3Account {
  const accessKeyId = env("AWS_ACCESS_KEY_ID");
  const secretAccessKey = env("AWS_SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey) {
    const missing = [
      ...(accessKeyId ? [] : ["AWS_ACCESS_KEY_ID"]),
      ...(secretAccessKey ? [] : ["AWS_SECRET_ACCESS_KEY"]),
    ].join(" and ");
    throw urlRefused(url, `there are no credentials for it; set ${missing} where this runs`);
  }
  const region = env("AWS_REGION") || env("AWS_DEFAULT_REGION") || "us-east-1";
  // It becomes a part of a host's name.
  if (!/^[a-z0-9-]{1,40}$/i.test(region)) throw urlRefused(url, "AWS_REGION is no region");
  const sessionToken = env("AWS_SESSION_TOKEN") || undefined;
  return { accessKeyId, secretAccessKey, sessionToken, region, endpoint: readEndpoint(url, env) };
}

function readEndpoint(url: string, env: Environment): URL | undefined {
  const name = env("AWS_ENDPOINT_URL_S3") ? "AWS_ENDPOINT_URL_S3" : "AWS_ENDPOINT_URL";
  const text = env(name);
  if (!text) return undefined;
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint !== undefined && /^https?:$/.test(endpoint.protocol)) return endpoint;
  throw urlRefused(url, `${name} is no URL of http or https`);
}
