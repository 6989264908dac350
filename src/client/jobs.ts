import type { JobDocument, JobListDocument, JobState } from "../contract/documents.ts";
import type { Input } from "./input.ts";
import { Job } from "./job.ts";
import { bringLists } from "./long_lists.ts";
import type { CallOptions, CountRequest } from "./requests.ts";
import type { Transport } from "./transport.ts";

/** What to count, and as which job. */
export type SubmitRequest = CountRequest & CallOptions & {
  /** A UUID; the same one with the same request again is the same job. @default {a random one} */
  id?: string;
};

/** Which jobs to list. */
export interface ListRequest extends CallOptions {
  /** @default {all} */
  state?: JobState;
  /** Most jobs to ask for at once. @default {50} */
  limit?: number;
}

/** The jobs of a server, as far as they are the caller's. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Begins to count in the background. The job may be watched while its body is sent. An upload that
   * breaks off is sent again if the input is repeatable: the id keeps it from being counted twice.
   *
   * @param request Its `signal` and `timeoutMs` are the upload's.
   */
  submit(
    input: Input,
    { id = crypto.randomUUID(), signal, timeoutMs, ...query }: SubmitRequest = {},
  ): Job {
    const asked = bringLists(query, id);
    return new Job(this.#transport, id, (path, stop) => {
      const both = signal ? AbortSignal.any([signal, stop]) : stop;
      const call = { path, ...asked, input, signal: both, timeoutMs };
      return this.#transport.json({ method: "PUT", ...call });
    });
  }

  /** A job that the server has; nothing is asked of the server yet. */
  get(id: string): Job {
    return new Job(this.#transport, id);
  }

  /** The jobs, the newest first, page by page as they are read. */
  async *list(
    { state, limit, ...options }: ListRequest = {},
  ): AsyncGenerator<JobDocument, void, void> {
    let cursor: string | undefined;
    do {
      const query = { state, limit, cursor };
      const page = await this.#transport.json<JobListDocument>({
        ...options,
        path: "/v1/jobs",
        query,
      });
      yield* page.jobs;
      cursor = readCursor(page);
    } while (cursor !== undefined);
  }
}

function readCursor({ links: { next } }: JobListDocument): string | undefined {
  if (next === undefined) return undefined;
  return new URLSearchParams(next.slice(next.indexOf("?"))).get("cursor") ?? undefined;
}
