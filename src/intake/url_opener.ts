import { JobError } from "../contract/problems.ts";
import type { BodyOptions } from "../contract/options.ts";
import type { IntakeOptions } from "./intake_options.ts";
import type { OpenUrls } from "./json_input.ts";
import { openUrls, REMOTE_DEFAULTS } from "./remote/remote_texts.ts";

/** Gives the function that opens the URLs in a document. It throws `url_refused`. */
export function createUrlOpener(
  options: IntakeOptions,
  decompress: BodyOptions["decompress"],
): OpenUrls {
  const { allowUrls = false, allowPrivateUrls = false, readTimeoutMs } = options;
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const terms = { maxBytes, maxExpandedBytes, maxRatio, decompress };
  const remote = {
    ...REMOTE_DEFAULTS,
    ...(allowPrivateUrls ? { mayConnect: () => true } : {}),
    stallTimeoutMs: readTimeoutMs,
    ...options.remote,
  };
  return (urls) => {
    if (!allowUrls) throw new JobError("url_refused", "Cannot read URLs: this server reads none");
    return openUrls(urls, remote, terms);
  };
}
