import type {
  CollocationsDocument,
  ComparisonDocument,
  JobDocument,
} from "../contract/documents.ts";
import type { Input } from "./input.ts";
import { Job } from "./job.ts";
import type {
  CallOptions,
  CollocationsDownloadRequest,
  CollocationsRequest,
  CompareDownloadRequest,
  CompareRequest,
  MergeRequest,
  UploadRequest,
} from "./requests.ts";
import type { Transport } from "./transport.ts";

/** Media types of lists. */
const LISTS = {
  tsv: "text/tab-separated-values",
  csv: "text/csv",
  ndjson: "application/x-ndjson",
} as const;

/** A list, and what its keys are. */
export interface ResultUploadRequest extends UploadRequest {
  /** How the list is written. @default {"tsv"} */
  list?: keyof typeof LISTS;
}

/** A job, or the id of one. */
type Named = string | { readonly id: string };

/** What is made of results of a server, and of lists that the caller has. */
export class Results {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Hands in a list of keys and counts as a result. A list is sent again, if it is repeatable, where
   * the connection breaks: a key of the request keeps it from being two results.
   *
   * @param list Lines of the format: `key TAB count`, `key,count` or `{"key": …, "count": …}`.
   * @returns A job that is done.
   * @throws {MillraceError} `invalid-list` with the line.
   */
  upload(
    list: Input,
    { list: form = "tsv", signal, timeoutMs, ...query }: ResultUploadRequest & CallOptions = {},
  ): Promise<Job> {
    const call = { query, input: list, contentType: LISTS[form], signal, timeoutMs };
    return this.#make({ ...call, path: "/v1/results" });
  }

  /**
   * Hands in a table of lemmas, likewise: `group: "lemma(ID)"` names it by the job's id.
   *
   * @param table Lines of `form TAB lemma`.
   * @throws {MillraceError} `invalid-list` with the line.
   */
  uploadLemmas(table: Input, { signal, timeoutMs }: CallOptions = {}): Promise<Job> {
    const call = { input: table, contentType: LISTS.tsv, signal, timeoutMs };
    return this.#make({ ...call, path: "/v1/lemmas" });
  }

  /**
   * Begins to put results together: each key has the sum of its counts times the weights.
   *
   * @param jobs 1 to 256 that are done.
   * @throws {MillraceError} `not-mergeable`, `unknown-job` or `job-not-finished`.
   */
  merge(
    jobs: readonly Named[],
    { weights, ...options }: MergeRequest & CallOptions = {},
  ): Promise<Job> {
    const input = JSON.stringify({ jobs: jobs.map(idOf), weights });
    const path = "/v1/results/merge";
    return this.#make({ ...options, path, input, contentType: "application/json" });
  }

  /** Sets the counts of two jobs that are done beside each other. @throws {MillraceError} */
  compare(
    a: Named,
    b: Named,
    { signal, timeoutMs, ...query }: CompareRequest & CallOptions = {},
  ): Promise<ComparisonDocument> {
    const asked = { ...query, with: idOf(b), format: "json" };
    return this.#transport.json({ path: pathOf(a, "compare"), query: asked, signal, timeoutMs });
  }

  /**
   * Likewise, and gives the answer as the server writes it, byte by byte, in any format. The time is
   * bounded until the answer begins.
   *
   * @throws {MillraceError}
   */
  downloadComparison(
    a: Named,
    b: Named,
    { signal, timeoutMs, ...query }: CompareDownloadRequest & CallOptions = {},
  ): Promise<Response> {
    const asked = { ...query, with: idOf(b) };
    return this.#transport.open({
      path: pathOf(a, "compare"),
      query: asked,
      accept: "*/*",
      signal,
      timeoutMs,
    });
  }

  /** Scores the pairs of words that a job has counted, with `n: 2`. @throws {MillraceError} */
  collocations(
    job: Named,
    { signal, timeoutMs, ...query }: CollocationsRequest & CallOptions = {},
  ): Promise<CollocationsDocument> {
    const asked = { ...query, format: "json" };
    const path = pathOf(job, "collocations");
    return this.#transport.json({ path, query: asked, signal, timeoutMs });
  }

  /** Likewise, and gives the answer as `downloadComparison` does. @throws {MillraceError} */
  downloadCollocations(
    job: Named,
    { signal, timeoutMs, ...query }: CollocationsDownloadRequest & CallOptions = {},
  ): Promise<Response> {
    const path = pathOf(job, "collocations");
    return this.#transport.open({ path, query, accept: "*/*", signal, timeoutMs });
  }

  /** Makes a job once, however often the request is sent. */
  async #make(call: Omit<Parameters<Transport["json"]>[0], "method">): Promise<Job> {
    const idempotencyKey = crypto.randomUUID();
    const { id } = await this.#transport.json<JobDocument>({
      ...call,
      method: "POST",
      idempotencyKey,
    });
    return new Job(this.#transport, id);
  }
}

function idOf(job: Named): string {
  return typeof job === "string" ? job : job.id;
}

function pathOf(job: Named, view: "compare" | "collocations"): string {
  return `/v1/jobs/${encodeURIComponent(idOf(job))}/${view}`;
}
