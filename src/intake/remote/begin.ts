import { sleep } from "../../async/sleep.ts";
import { JobError } from "../../contract/problems.ts";
import { type ExchangeOptions, get, type RemoteResponse, type Target } from "./exchange.ts";
import { urlFailed } from "./url_errors.ts";

/** How a server is asked again that may answer then. */
export interface RetryOptions extends ExchangeOptions {
  /** How often a read is taken up again after it broke without having come further. */
  attempts: number;
  /** Pause before the first of these, which doubles. */
  backoffMs: number;
}

/** Statuses after which asking again may help. */
export const PASSING: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/**
 * Asks for the first time. An object store that is asked too much says so, and is asked again.
 *
 * @throws {JobError} `url_refused`, `url_failed`.
 */
export async function begin(
  target: Target,
  headers: Record<string, string>,
  options: RetryOptions,
): Promise<RemoteResponse> {
  for (let failures = 0;; failures++) {
    try {
      const response = await get(target, headers, options);
      const mayPass = target.sign !== undefined && PASSING.includes(response.status);
      if (!mayPass || failures >= options.attempts) return response;
      response.close();
    } catch (error) {
      if (error instanceof JobError) throw error;
      throw urlFailed(target, (error as Error).message, {}, error);
    }
    await sleep(options.backoffMs * 2 ** failures);
  }
}

/** The failure that an answer without the file tells of; closes the answer. */
export async function explain(
  target: Target,
  response: RemoteResponse,
  details: Record<string, unknown> = {},
): Promise<JobError> {
  const { status: remoteStatus } = response;
  try {
    const known = { remoteStatus, ...details };
    if (target.explain) return await target.explain(response, known);
    return urlFailed(target, `its server answers ${remoteStatus}`, known);
  } finally {
    response.close();
  }
}
