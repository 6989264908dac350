import type { ResultDocument } from "../contract/documents.ts";
import type { EachAnswer, EachRequest } from "./each.ts";
import type { Input } from "./input.ts";
import type { Job } from "./job.ts";
import type { SubmitRequest } from "./jobs.ts";
import type { CallOptions, CountRequest, RowOf, RowsOptions } from "./requests.ts";

/** How many inputs are counted ahead of their answers. */
export interface MapRequest extends CountRequest, CallOptions {
  /** Most inputs that are sent and not yet answered. @default {16} */
  lookAhead?: number;
}

/** A job, wherever it is counted. */
export type CounterJob =
  & Pick<Job, "id" | "uploaded" | "done" | "status" | "result" | "rows" | "events" | "cancel">
  & AsyncDisposable;

/**
 * What counts: a server (`new Millrace({ baseUrl })`) or the program's own process (`openLocal()` of
 * the library). A program that knows no more than this moves from one to the other by one line.
 */
export interface Counter extends AsyncDisposable {
  /** Counts that go on in the background. */
  readonly jobs: { submit(input: Input, request?: SubmitRequest): CounterJob };
  /** Counts an input. */
  count(input: Input, request?: CountRequest & CallOptions): Promise<ResultDocument>;
  /** Counts an input and gives the rows one by one. */
  rows<Exact extends boolean = false>(
    input: Input,
    request?: CountRequest & CallOptions & RowsOptions<Exact>,
  ): AsyncIterableIterator<RowOf<Exact>>;
  /** Counts many inputs, some of them ahead, and gives the answers in the order of the inputs. */
  map(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    request?: MapRequest,
  ): AsyncIterableIterator<ResultDocument>;
  /** Counts each of many short texts by itself, and gives what came of them in their order. */
  countEach(
    texts: Iterable<string> | AsyncIterable<string>,
    request?: EachRequest,
  ): AsyncIterableIterator<EachAnswer>;
}
