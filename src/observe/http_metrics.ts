import { classOf, type ErrorCode, PROBLEMS } from "../contract/problems.ts";
import { formatValue, type Sample } from "./exposition.ts";

/** Upper bounds of the buckets of durations, in seconds. */
export const DURATION_BOUNDS = Object.freeze(
  [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
);

const STATUS_CLASSES = 5;
const BUCKETS = DURATION_BOUNDS.length + 1;

/** The number of requests without a route. */
export const UNROUTED = 0;

const CODES = Object.keys(PROBLEMS) as ErrorCode[];
const CODE_INDEX = Object.fromEntries(CODES.map((code, i) => [code, i])) as Record<
  ErrorCode,
  number
>;

/** A method at a path, whose `:id` stands for one segment. */
export interface MeteredRoute {
  method: string;
  path: string;
}

/**
 * Counts requests by route, in arrays: counting one takes a few additions, and labels are built
 * only when a monitor reads the metrics.
 */
export class HttpMetrics {
  readonly #routes: MeteredRoute[] = [];
  /** STATUS_CLASSES numbers per route: answers of 1xx to 5xx, as classOf tells them apart. */
  #answers = new Float64Array(0);
  /** BUCKETS numbers per route, not cumulated. */
  #buckets = new Float64Array(0);
  #seconds = new Float64Array(0);
  readonly #problems = new Float64Array(CODES.length);
  #inFlight = 0;

  constructor() {
    this.addRoute("any", "unmatched");
  }

  /** Makes room for a route; gives the number by which requests name it. */
  addRoute(method: string, path: string): number {
    const route = this.#routes.push({ method, path }) - 1;
    this.#answers = grown(this.#answers, STATUS_CLASSES);
    this.#buckets = grown(this.#buckets, BUCKETS);
    this.#seconds = grown(this.#seconds, 1);
    return route;
  }

  /** The route of a number. */
  route(route: number): Readonly<MeteredRoute> {
    return this.#routes[route];
  }

  /** A request came. */
  begin(): void {
    this.#inFlight++;
  }

  /** A request has its response. */
  end(route: number, status: number, ms: number, problem: ErrorCode | undefined): void {
    this.#inFlight--;
    const seconds = ms / 1000;
    let bucket = 0;
    while (bucket < BUCKETS - 1 && seconds > DURATION_BOUNDS[bucket]) bucket++;
    this.#answers[route * STATUS_CLASSES + classOf(status, problem) - 1]++;
    this.#buckets[route * BUCKETS + bucket]++;
    this.#seconds[route] += seconds;
    if (problem !== undefined) this.#problems[CODE_INDEX[problem]]++;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Answers by route and class; the classes that every route can answer from the start. */
  *requests(): Generator<Sample> {
    for (const [i, { path: route, method }] of this.#routes.entries()) {
      for (let digit = 1; digit <= STATUS_CLASSES; digit++) {
        const value = this.#answers[i * STATUS_CLASSES + digit - 1];
        if (value === 0 && (digit === 1 || digit === 3)) continue;
        yield { labels: { route, method, status: `${digit}xx` }, value };
      }
    }
  }

  /** Problems by their type; 4xx and 5xx alike, so the type is to be read. */
  *problems(): Generator<Sample> {
    for (const [i, code] of CODES.entries()) {
      const problem = code.replaceAll("_", "-");
      const status = `${classOf(PROBLEMS[code].status, code)}xx`;
      yield { labels: { problem, status }, value: this.#problems[i] };
    }
  }

  /** The histograms of all routes that had a request. */
  *durations(): Generator<Sample> {
    for (const [i, { path: route, method }] of this.#routes.entries()) {
      const buckets = this.#buckets.subarray(i * BUCKETS, (i + 1) * BUCKETS);
      let count = 0;
      if (buckets.every((each) => each === 0)) continue;
      for (const [k, each] of buckets.entries()) {
        count += each;
        const le = formatValue(DURATION_BOUNDS[k] ?? Infinity);
        yield { suffix: "_bucket", labels: { route, method, le }, value: count };
      }
      yield { suffix: "_sum", labels: { route, method }, value: this.#seconds[i] };
      yield { suffix: "_count", labels: { route, method }, value: count };
    }
  }
}

function grown(array: Float64Array<ArrayBuffer>, by: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length + by);
  larger.set(array);
  return larger;
}
