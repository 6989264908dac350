/** Most splits of a job: each takes 4 KB of Redis until the job ends. */
export const MOST_SPLITS = 10_000;

/**
 * Redis tells every node of every split, which takes it some 70 µs each time: with more splits than that,
 * a Redis of a hundred nodes would be busier than they. So many splits are too few to be bounded by it.
 */
const MOST_TOLD = 250_000;
const LEAST_BOUND = 1000;

/** Larger splits would be lost with a node at too high a price. */
const MOST_SPLIT_BYTES = 1024 * 1024 * 1024;

/** Splits for each node: with four, the last ones to end are a small part of all. */
const SPLITS_PER_NODE = 4;

/** Most of a job's time that nodes may wait in its last round. */
const MOST_WAITING = 0.02;

/** What a ratio of bytes may lack of the number that it stands for. */
const ROUNDING = 1e-6;

/** A text that is to be divided, or counted whole. */
export interface Divisible {
  bytes: number;
  /** Whether parts of it can be counted apart. */
  divides: boolean;
}

/** Nominal borders of a split in one of the texts. */
export interface PlannedSplit {
  /** Which text. */
  index: number;
  from: number;
  to: number;
}

/** What a plan is made for. */
export interface ClusterSize {
  nodes: number;
  /** Least bytes of a split. */
  splitBytes: number;
}

/** Whether texts are worth more than one node: those of less than two splits are not. */
export function isWorthSpreading(
  texts: readonly Pick<Divisible, "bytes">[],
  splitBytes: number,
): boolean {
  return texts.reduce((sum, { bytes }) => sum + bytes, 0) >= 2 * splitBytes;
}

/**
 * Divides texts into splits of about equal size, in the order of the texts. Where one text makes up
 * the job, its splits are as many as the nodes or a multiple, or nearly, so that no node waits for
 * another.
 */
export function planSplits(texts: readonly Divisible[], size: ClusterSize): PlannedSplit[] {
  const total = texts.reduce((sum, { bytes }) => sum + bytes, 0);
  const most = mostSplits(size.nodes);
  const bytes = Math.max(chooseBytes(total, size), total / Math.max(1, most - texts.length));
  return texts.flatMap((text, index) => {
    const parts = text.divides ? countParts(text.bytes / bytes, size.nodes) : 1;
    return Array.from({ length: parts }, (_, i) => ({
      index,
      from: Math.round(text.bytes * i / parts),
      to: Math.round(text.bytes * (i + 1) / parts),
    }));
  });
}

function mostSplits(nodes: number): number {
  return Math.min(MOST_SPLITS, Math.max(LEAST_BOUND, Math.floor(MOST_TOLD / nodes)));
}

function chooseBytes(total: number, { nodes, splitBytes }: ClusterSize): number {
  const even = total / (SPLITS_PER_NODE * nodes);
  return Math.max(splitBytes, Math.min(MOST_SPLIT_BYTES, even));
}

/**
 * A multiple of the nodes, where there are enough parts for each node to have one: in a round that not
 * all nodes have a part of, the others wait. Where these are few, as many parts as may be are better:
 * less is lost with a node, or late.
 */
function countParts(ratio: number, nodes: number): number {
  const parts = Math.max(1, Math.floor(ratio + ROUNDING));
  const left = parts % nodes;
  if (parts < nodes || nodes - left <= MOST_WAITING * parts) return parts;
  return parts - left;
}
