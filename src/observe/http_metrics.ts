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

// The cells of all routes, and behind them those of each route.
const IN_FLIGHT = 0;
const OF_PROBLEMS = 1;
const OF_ROUTES = OF_PROBLEMS + CODES.length;

// The cells of one route: answers of 1xx to 5xx, as classOf tells them apart; buckets, not cumulated.
const OF_BUCKETS = STATUS_CLASSES;
const SECONDS = OF_BUCKETS + BUCKETS;
const ROUTE_CELLS = SECONDS + 1;

/** Cells that so many routes take, the one of requests without a route among them. */
export function metricsCells(routes: number): number {
  return OF_ROUTES + routes * ROUTE_CELLS;
}

/** A method at a path, whose `:id` stands for one segment. */
export interface MeteredRoute {
  method: string;
  path: string;
}

/**
 * Counts requests by route, in cells of numbers: counting one takes a few additions, and labels are
 * built only when a monitor reads the metrics.
 */
export class HttpMetrics {
  readonly #routes: MeteredRoute[] = [];
  #cells: Float64Array;
  readonly #isFixed: boolean;
  readonly #others: HttpMetrics[] = [];

  /** @param cells Where it counts, with room for all routes. @default {memory that grows} */
  constructor(cells?: Float64Array) {
    this.#isFixed = cells !== undefined;
    this.#cells = cells ?? new Float64Array(metricsCells(0));
    this.addRoute("any", "unmatched");
  }

  /**
   * Makes room for a route that is new; gives the number by which requests name it.
   *
   * @throws {RangeError} If the cells that were given have no room.
   */
  addRoute(method: string, path: string): number {
    const known = this.#numberOf(method, path);
    if (known !== undefined) return known;
    const route = this.#routes.push({ method, path }) - 1;
    const cells = metricsCells(this.#routes.length);
    if (cells <= this.#cells.length) return route;
    if (this.#isFixed) throw new RangeError(`Cannot count route ${path}: there is no room for it`);
    const larger = new Float64Array(cells);
    larger.set(this.#cells);
    this.#cells = larger;
    return route;
  }

  /** Tells from here on what others have counted as well: requests of the same routes. */
  include(others: HttpMetrics): void {
    this.#others.push(others);
  }

  /** The route of a number. */
  route(route: number): Readonly<MeteredRoute> {
    return this.#routes[route];
  }

  /** A request came. */
  begin(): void {
    this.#cells[IN_FLIGHT]++;
  }

  /** A request that came is answered, and counted, by another. */
  handOver(): void {
    this.#cells[IN_FLIGHT]--;
  }

  /** A request has its response. */
  end(route: number, status: number, ms: number, problem: ErrorCode | undefined): void {
    const cells = this.#cells;
    const seconds = ms / 1000;
    const first = metricsCells(route);
    let bucket = 0;
    while (bucket < BUCKETS - 1 && seconds > DURATION_BOUNDS[bucket]) bucket++;
    cells[IN_FLIGHT]--;
    cells[first + classOf(status, problem) - 1]++;
    cells[first + OF_BUCKETS + bucket]++;
    cells[first + SECONDS] += seconds;
    if (problem !== undefined) cells[OF_PROBLEMS + CODE_INDEX[problem]]++;
  }

  get inFlight(): number {
    return this.#sum(IN_FLIGHT);
  }

  /** Answers by route and class; the classes that every route can answer from the start. */
  *requests(): Generator<Sample> {
    for (const [i, { path: route, method }] of this.#routes.entries()) {
      for (let digit = 1; digit <= STATUS_CLASSES; digit++) {
        const value = this.#sumOfRoute(i, digit - 1);
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
      yield { labels: { problem, status }, value: this.#sum(OF_PROBLEMS + i) };
    }
  }

  /** The histograms of all routes that had a request. */
  *durations(): Generator<Sample> {
    for (const [i, { path: route, method }] of this.#routes.entries()) {
      const buckets = Array.from(
        { length: BUCKETS },
        (_, k) => this.#sumOfRoute(i, OF_BUCKETS + k),
      );
      let count = 0;
      if (buckets.every((each) => each === 0)) continue;
      for (const [k, each] of buckets.entries()) {
        count += each;
        const le = formatValue(DURATION_BOUNDS[k] ?? Infinity);
        yield { suffix: "_bucket", labels: { route, method, le }, value: count };
      }
      yield { suffix: "_sum", labels: { route, method }, value: this.#sumOfRoute(i, SECONDS) };
      yield { suffix: "_count", labels: { route, method }, value: count };
    }
  }

  #numberOf(method: string, path: string): number | undefined {
    const at = this.#routes.findIndex((each) => each.method === method && each.path === path);
    return at < 0 ? undefined : at;
  }

  /** A cell of all routes, with those of the others. */
  #sum(cell: number): number {
    return this.#others.reduce((sum, each) => sum + each.#sum(cell), this.#cells[cell]);
  }

  /** A cell of one route, likewise: others give their routes numbers of their own. */
  #sumOfRoute(route: number, cell: number): number {
    const { method, path } = this.#routes[route];
    let sum = this.#cells[metricsCells(route) + cell];
    for (const other of this.#others) {
      const number = other.#numberOf(method, path);
      if (number !== undefined) sum += other.#sumOfRoute(number, cell);
    }
    return sum;
  }
}
