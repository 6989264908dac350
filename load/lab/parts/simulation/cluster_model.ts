/** A job and the cluster that counts it. Rates are in bytes a second, times in seconds. */
export interface ClusterModel {
  nodes: number;
  /** Of the text. */
  bytes: number;
  /** Least bytes of a split. */
  splitBytes: number;
  /** How fast a node reads and counts. */
  mapRate: number;
  /** From the moment a node takes a split to the first byte of it. */
  takeSeconds: number;
  /** Bytes of keys for each byte of text. */
  outputShare: number;
  /** How fast an output is written to a disk. */
  writeRate: number;
  /** How fast one node fetches outputs from another. */
  fetchRate: number;
  /** How fast a node reduces outputs. */
  reduceRate: number;
  redis: RedisModel;
  collect: Collecting;
  /** Whether tasks are late as they were in Bing's clusters. */
  stragglers: boolean;
  /** Whether a node without work runs again what takes too long. */
  backups: boolean;
  /** Seconds until a node dies, on average; Infinity for never. */
  meanLife: number;
  /** Nodes that die at a moment, beside. */
  massacre?: { share: number; at: number };
  /** How long a split stays with a node that shows no sign of life. */
  lockSeconds: number;
  /** How long the node that was asked waits for an output of a node that is gone. */
  silenceSeconds: number;
}

/** How outputs come together. */
export interface Collecting {
  /** `in order`: the asked node fetches one output after the other, in the order of the text. */
  order: "in order" | "as they come";
  /** Most nodes that reduce, each a share of the keys. */
  reducers: number;
  /** Bytes of outputs for each node that reduces. */
  reducerBytes: number;
}

/** What Redis does, and how long it takes. */
export interface RedisModel {
  /** Processor seconds of a command, on average. */
  commandSeconds: number;
  /** Commands of a split, from its adding to its removal. */
  split: number;
  /** Of each node that hears that a split has ended. */
  heard: number;
  /** Of a second in which a split runs: it tells how far it is, and renews its lock. */
  running: number;
  /** Of each node that hears how far it is, in a second. */
  told: number;
  /** Of a look at a split that is waited for. */
  look: number;
  /** Of a node in a second, whatever it does. */
  node: number;
}

/** Nodes that die and do not come back while a job runs, by what was published. */
export const MEAN_LIVES = {
  /** Nothing dies. */
  none: Infinity,
  /**
   * 1,000 machines of 1,800 in a year, beside those that come and go with their rack. Source: J. Dean,
   * "Designs, Lessons and Advice from Building Large Distributed Systems", LADIS 2009 (rates), and
   * Dean and Ghemawat, OSDI 2004 (1,800 machines).
   */
  hardware: 1.8 * 365 * 24 * 3600,
  /**
   * 1.2 workers of 157 in jobs of 634 s: hardware, and all else that ends a process. Source: Dean and
   * Ghemawat, "MapReduce: Simplified Data Processing on Large Clusters", OSDI 2004, table 1.
   */
  shared: 157 * 634 / 1.2,
} as const;

const MB = 1e6;

/**
 * A cluster as it is today, of what was measured: of Redis by `deno task bench cluster_costs`, but for
 * a look at a split that waits, which is one script of BullMQ that asks for each state in turn.
 */
export const TODAY: Omit<ClusterModel, "nodes" | "bytes"> = {
  splitBytes: 64 * 1024 * 1024,
  mapRate: 1135 * MB,
  takeSeconds: 0.02,
  outputShare: 0.008,
  writeRate: 220 * MB,
  fetchRate: 240 * MB,
  reduceRate: 400 * MB,
  redis: {
    commandSeconds: 16e-6,
    split: 78,
    heard: 4.6,
    running: 21,
    told: 4.1,
    look: 6,
    node: 11.4,
  },
  collect: { order: "in order", reducers: 1, reducerBytes: 256 * MB },
  stragglers: false,
  backups: false,
  meanLife: Infinity,
  lockSeconds: 10,
  silenceSeconds: 30,
};
