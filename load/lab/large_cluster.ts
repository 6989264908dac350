import { defineBenchmark } from "../support/benchmark.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { type ClusterModel, MEAN_LIVES, TODAY } from "./parts/simulation/cluster_model.ts";
import { simulate, type Trial } from "./parts/simulation/trials.ts";

const MB = 1e6;
const TB = 1e12;

/** What a line of a gigabit brings, as measured. */
const GIGABIT = 117 * MB;

const NODES = [1, 2, 5, 10, 20, 50, 100, 150, 200];
const TERABYTES = [0.001, 0.01, 0.1, 1, 10, 100];

type Terms = Partial<ClusterModel>;

/** What befalls a cluster, by names. */
const WEATHERS: Readonly<Record<string, Terms>> = {
  "calm": {},
  "stragglers": { stragglers: true },
  "stragglers, backups": { stragglers: true, backups: true },
  "stragglers, failures": { stragglers: true, meanLife: MEAN_LIVES.shared },
  "all, backups": { stragglers: true, backups: true, meanLife: MEAN_LIVES.shared },
};

const [AS_THEY_COME, REDUCERS] = [1, 64].map((reducers) =>
  ({ collect: { ...TODAY.collect, order: "as they come", reducers } }) satisfies Terms
);
const QUIET = { ...TODAY.redis, heard: 0, told: 0 };

/** What each change brings, one upon the other. */
const CHANGES: readonly (readonly [name: string, terms: Terms])[] = [
  ["as it is", {}],
  ["late splits are run twice", { backups: true }],
  ["outputs are fetched as they come", AS_THEY_COME],
  ["up to 64 nodes reduce", REDUCERS],
  ["who asked alone hears of a split", { redis: QUIET }],
  ["who asked looks at none that waits", { redis: { ...QUIET, look: 0 } }],
];

export default defineBenchmark({
  name: "large_cluster",
  about: "A cluster of up to 200 nodes counts 10 TB, simulated: makespan, Redis, bytes",
  details:
    `A simulation by events, which plans splits by the product's own function. Rates, sizes of
outputs and commands of Redis are those that were measured on small clusters (deno task bench
cluster_costs); tasks that are late, and nodes that die, are drawn from what was published of
clusters of Google and Bing. Nodes read texts as fast as their lines allow: whoever stores
the text is no limit. Every seed is a job; the same seed gives the same job.`,
  options: {
    nodes: whole(100, "nodes, where the size of the text varies", 2),
    tb: amount(10, "TB of the text, where the number of nodes varies"),
    seeds: whole(21, "jobs of each row"),
    map: amount(TODAY.mapRate / MB, "MB/s that a node reads and counts"),
    fetch: amount(TODAY.fetchRate / MB, "MB/s at which a node fetches outputs"),
    reduce: amount(TODAY.reduceRate / MB, "MB/s at which a node reduces outputs"),
  },
  quick: { seeds: "1", nodes: "10", tb: "0.1" },
  // deno-lint-ignore require-await
  async run({ nodes, tb, seeds, map, fetch, reduce }, report) {
    const base: ClusterModel = {
      ...TODAY,
      nodes,
      bytes: tb * TB,
      mapRate: map * MB,
      fetchRate: fetch * MB,
      reduceRate: reduce * MB,
    };
    const lab = new Lab(base, seeds, report);
    lab.tellNodes();
    lab.tellSizes();
    lab.tellChanges();
    lab.tellLines();
    lab.tellDistinct();
    lab.tellLives();
  },
});

/** Tables of one model, each of which varies something else. */
class Lab {
  readonly #base: ClusterModel;
  readonly #seeds: number;
  readonly #report: Report;

  constructor(base: ClusterModel, seeds: number, report: Report) {
    this.#base = base;
    this.#seeds = seeds;
    this.#report = report;
  }

  tellNodes(): void {
    const sizes = NODES.map((nodes) => ({ name: String(nodes), terms: { nodes } }));
    const tb = this.#base.bytes / TB;
    this.#tellWeathers(`${tb} TB of English, by nodes, as it is`, "nodes", sizes);
    const reduced = sizes.map(({ name, terms }) => ({ name, terms: { ...terms, ...REDUCERS } }));
    this.#tellWeathers(`${tb} TB of English, by nodes, up to 64 reduce`, "nodes", reduced);
  }

  tellSizes(): void {
    const sizes = TERABYTES.map((tb) => ({ name: `${tb} TB`, terms: { bytes: tb * TB } }));
    const title = `English by its size, ${this.#base.nodes} nodes`;
    this.#tellWeathers(`${title}, as it is`, "text", sizes);
    const reduced = sizes.map(({ name, terms }) => ({ name, terms: { ...terms, ...REDUCERS } }));
    this.#tellWeathers(`${title}, up to 64 reduce`, "text", reduced);
  }

  tellChanges(): void {
    const weather = { stragglers: true, meanLife: MEAN_LIVES.shared };
    let sum: Terms = weather;
    const rows = CHANGES.map(([name, terms]) => {
      sum = { ...sum, ...terms };
      return { name, trial: this.#try(name, sum) };
    });
    this.#tell("each change with those above it; stragglers and failures", "change", rows);
  }

  /** A line of a gigabit brings less than one core counts, one of ten as much as seven. */
  tellLines(): void {
    const stormy = { stragglers: true, backups: true, meanLife: MEAN_LIVES.shared };
    const rows = [GIGABIT, this.#base.mapRate].flatMap((mapRate) =>
      ([["as it is", {}], ["up to 64 reduce", REDUCERS]] as const).map(([how, terms]) => {
        const name = `${mapRate / MB} MB/s, ${how}`;
        const lines = { mapRate, fetchRate: Math.min(mapRate, this.#base.fetchRate) };
        return { name, trial: this.#try(name, { ...stormy, ...lines, ...terms }) };
      })
    );
    this.#tell("by what a node reads and counts; all, backups", "of a node", rows);
  }

  tellDistinct(): void {
    const many = { outputShare: 1.33, bytes: TB, stragglers: true, backups: true };
    const rows = [1, 16, 64].map((reducers) => {
      const collect = { ...REDUCERS.collect, reducers };
      const name = `${reducers} reduce`;
      return { name, trial: this.#try(name, { ...many, collect }) };
    });
    this.#tell("1 TB in which each key is new, 1.33 bytes of keys a byte", "nodes", rows);
  }

  tellLives(): void {
    const stormy = { stragglers: true, backups: true };
    const half = this.#try("half", stormy).mapSeconds / 2;
    const cases: [string, Terms][] = [
      ["nobody dies", {}],
      ["hardware (Dean 2009)", { meanLife: MEAN_LIVES.hardware }],
      ["workers (MapReduce 2004)", { meanLife: MEAN_LIVES.shared }],
      ["11.5 % at once, half-way", { massacre: { share: 0.115, at: half } }],
    ];
    for (const [how, terms] of [["as it is", {}], ["up to 64 reduce", REDUCERS]] as const) {
      const rows = cases.map(([name, more]) => ({
        name,
        trial: this.#try(name, { ...stormy, ...terms, ...more }),
      }));
      this.#tell(`who dies; stragglers with backups, ${how}`, "deaths", rows);
    }
  }

  #tellWeathers(title: string, what: string, sizes: { name: string; terms: Terms }[]): void {
    const series = Object.entries(WEATHERS).map(([weather, terms]) => ({
      weather,
      rows: sizes.map(({ name, terms: size }) => ({
        name,
        trial: this.#try(`${title}: ${name}, ${weather}`, { ...size, ...terms }),
      })),
    }));
    this.#report.print(`${title}: makespan, s, median / p95:`);
    this.#report.table(
      [what, "splits", ...series.map(({ weather }) => weather)],
      sizes.map(({ name }, i) => [
        name,
        String(series[0].rows[i].trial.splits),
        ...series.map(({ rows }) => showSeconds(rows[i].trial)),
      ]),
    );
    this.#tell(`${title}; all, backups`, what, series.at(-1)!.rows);
    this.#report.chart({
      title,
      x: { name: what, categories: sizes.map(({ name }) => name) },
      y: { name: "median makespan, s", logarithmic: true },
      series: series.map(({ weather, rows }) => ({
        name: weather,
        kind: "line",
        points: rows.map(({ name, trial }) => [name, trial.median]),
      })),
    });
  }

  #tell(title: string, what: string, rows: { name: string; trial: Trial }[]): void {
    this.#report.print(`${title}:`);
    this.#report.table(
      [
        what,
        "makespan s, median / p95",
        "map s",
        "tried again",
        "nodes busy",
        "GB between nodes",
        "Redis commands/s",
        "Redis busy",
      ],
      rows.map(({ name, trial }) => [
        name,
        showSeconds(trial),
        showNumber(trial.mapSeconds),
        showNumber(trial.again),
        showShare(trial.utilisation),
        showNumber(trial.movedBytes / 1e9),
        showNumber(trial.redisCommands),
        showShare(trial.redisBusy),
      ]),
    );
  }

  #try(name: string, terms: Terms): Trial {
    this.#report.progress(name);
    const trial = simulate({ ...this.#base, ...terms }, this.#seeds);
    this.#report.row({ name, ...trial });
    return trial;
  }
}

const showSeconds = ({ median, p95 }: Trial) => `${showNumber(median)} / ${showNumber(p95)}`;
const showShare = (share: number) => `${(share * 100).toFixed(0)} %`;

function showNumber(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
