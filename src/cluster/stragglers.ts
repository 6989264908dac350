/** A split of a job that was handed to the cluster, as whoever waits for it sees it. */
export interface SplitPace {
  readonly bytes: number;
  /** When a node began it, in milliseconds; undefined while it waits. */
  begunAt?: number;
  /** How long a node has taken for it, in milliseconds. */
  tookMs?: number;
  isDone: boolean;
  /** Whether it was begun a second time. */
  isTwice: boolean;
}

/** A split that takes so many times as long as its fellows, by its bytes, is begun again. */
const SLOWNESS = 2;

/** What takes less is not worth a second time. */
const LEAST_MS = 1000;

/** The part of the splits that is done before any is begun again. */
const NEARLY_ALL = 3 / 4;

/**
 * The splits of a job that are to be begun a second time, elsewhere: near the end of the job, those
 * that take far longer than their fellows, as many as there are nodes with nothing to do. Backup tasks,
 * as MapReduce has them (Dean and Ghemawat, 2004).
 *
 * @param splits All of the job, in any order.
 * @param now As `begunAt` tells time.
 * @returns Indexes, the one that was begun first before the others.
 */
export function findStragglers(
  splits: readonly SplitPace[],
  now: number,
  idleNodes: number,
): number[] {
  const done = splits.filter(({ isDone }) => isDone).length;
  const isNearEnd = done >= NEARLY_ALL * splits.length || done > 0 && done === splits.length - 1;
  const usual = medianOf(
    splits.flatMap(({ tookMs, bytes }) =>
      tookMs === undefined ? [] : [tookMs / Math.max(1, bytes)]
    ),
  );
  if (!isNearEnd || usual === undefined) return [];
  const tookTooLong = ({ begunAt, bytes, isDone, isTwice }: SplitPace) =>
    !isDone && !isTwice && begunAt !== undefined &&
    now - begunAt > Math.max(LEAST_MS, SLOWNESS * usual * Math.max(1, bytes));
  return [...splits.keys()].filter((index) => tookTooLong(splits[index]))
    .sort((a, b) => splits[a].begunAt! - splits[b].begunAt!)
    .slice(0, Math.max(0, idleNodes));
}

function medianOf(numbers: number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
