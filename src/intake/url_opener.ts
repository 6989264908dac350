import type { BodyOptions } from "../contract/options.ts";
import type { IntakeOptions } from "./intake_options.ts";
import type { OpenUrls } from "./json_input.ts";
import {
  openUrls,
  type Place,
  type Places,
  REMOTE_DEFAULTS,
  type RemoteTerms,
} from "./remote/remote_texts.ts";
import type { RemoteOptions } from "./remote/remote_file.ts";
import type { Environment } from "./remote/s3_account.ts";
import { s3Place } from "./remote/s3_place.ts";
import { SharedFolder } from "./remote/shared_folder.ts";
import { urlRefused } from "./remote/url_errors.ts";

/**
 * Gives the function that opens the URLs in a document: `http`, `https`, `s3` and `shared`, as far
 * as whoever runs the server lets clients have them read. It throws `url_refused`.
 */
export function createUrlOpener(
  options: IntakeOptions,
  decompress: BodyOptions["decompress"],
): OpenUrls {
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const terms = { maxBytes, maxExpandedBytes, maxRatio, decompress };
  const { remote, environment } = remoteOptions(options);
  const places = placesOf(options, environment, remote, terms);
  return (urls) => openUrls(urls, remote, terms, places);
}

/** How texts on other servers are read, and where it stands what stores are there. */
export function remoteOptions(
  { allowPrivateUrls = false, readTimeoutMs, remote = {} }: IntakeOptions,
): { remote: RemoteOptions; environment: Environment } {
  const { environment = processEnvironment, ...others } = remote;
  return {
    remote: {
      ...REMOTE_DEFAULTS,
      ...(allowPrivateUrls ? { mayConnect: () => true } : {}),
      stallTimeoutMs: readTimeoutMs,
      ...others,
    },
    environment,
  };
}

function placesOf(
  { allowUrls = false, allowS3 = false, shared }: IntakeOptions,
  environment: Environment,
  remote: RemoteOptions,
  terms: RemoteTerms,
): Places {
  const web = refuse("this server reads no URLs of the web");
  const folder = shared === undefined ? undefined : new SharedFolder(shared, terms);
  return {
    ...(allowUrls ? {} : { "http:": web, "https:": web }),
    "s3:": allowS3
      ? s3Place(environment, remote, terms)
      : refuse("this server reads no objects; who runs it allows that by --allow-s3"),
    "shared:": folder
      ? (url) => folder.open(url)
      : refuse("this server has no shared folder; who runs it names one by --shared"),
  };
}

function refuse(reason: string): Place {
  return (url) => {
    throw urlRefused(url, reason);
  };
}

function processEnvironment(name: string): string | undefined {
  return Deno.env.get(name);
}
