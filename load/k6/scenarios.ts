import { amount, type Option, type OptionTable, whole } from "../support/options.ts";
import { type Aside, watchMemory } from "./memory.ts";
import { reportKnee } from "./knee.ts";
import { sendSlowly } from "./slow_clients.ts";

/** A scenario, as `deno task load` lists and runs it; its script is `load/k6/NAME.js`. */
export interface Scenario {
  name: string;
  /** What it does, in one line. */
  about: string;
  /** What it takes for a pass beside exact answers, in one line. */
  passes: string;
  options: OptionTable;
  /** Values of options for `--quick`: well under a minute. */
  quick: Readonly<Record<string, string>>;
  /** Whether its server has the fault injector. */
  faulty?: boolean;
  /** What the runner does while k6 runs. */
  aside?: Aside;
  /** What is made of the points that k6 wrote. */
  study?: typeof reportKnee;
}

const RATE = "requests that arrive a second";
const SECONDS = "how long, in seconds";

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "smoke",
    about: "Every kind of request for a moment, each answer known beforehand",
    passes: "few arrivals dropped",
    options: { rate: whole(20, RATE), seconds: whole(8, SECONDS) },
    quick: { seconds: "4" },
  },
  {
    name: "load",
    about: "Small counts and jobs at a steady rate",
    passes: "p95 below 3 s, few arrivals dropped",
    options: { rate: whole(40, RATE), seconds: whole(30, SECONDS) },
    quick: { seconds: "8" },
  },
  {
    name: "stress",
    about: "A rate that rises in steps until it bends, and where that was",
    passes: "refused or exact, however much comes",
    options: {
      from: whole(50, "the first rate, a second"),
      most: whole(3000, "no rate is higher than this"),
      factor: factor(1.5, "each rate, of the one before it"),
      "step-seconds": whole(5, "how long each rate is kept"),
    },
    quick: { from: "100", most: "1600", factor: "2", "step-seconds": "2" },
    study: reportKnee,
  },
  {
    name: "spike",
    about: "A calm rate, many times as much for a while, and the calm rate again",
    passes: "p95 below 3 s before and after, none above 30 s",
    options: {
      rate: whole(20, RATE),
      times: whole(20, "how many times as many arrive in the spike"),
      seconds: whole(10, "how long each of the three phases is"),
    },
    quick: { seconds: "4" },
  },
  {
    name: "soak",
    about: "The same load for long, and the slope of the server's memory",
    passes: "p95 below 3 s, memory grows by no more than --growth",
    options: {
      rate: whole(20, RATE),
      minutes: amount(30, "how long"),
      growth: amount(64, "MiB that memory may grow by in the second half, by its trend"),
    },
    quick: { minutes: "0.25" },
    aside: watchMemory,
  },
  {
    name: "mixed",
    about: "One huge upload after the other beside many small counts and jobs",
    passes: "p95 of the small ones below 3 s, a huge one is counted",
    options: {
      rate: whole(40, RATE),
      seconds: whole(30, SECONDS),
      mb: whole(64, "size of the huge uploads, in MB"),
    },
    quick: { seconds: "8", mb: "32" },
  },
  {
    name: "chaos",
    about: "Counts and jobs while threads of the server are killed",
    passes: "threads were killed and replaced, p95 below 10 s",
    options: { rate: whole(20, RATE), seconds: whole(30, SECONDS) },
    quick: { seconds: "10" },
    faulty: true,
  },
  {
    name: "cancel-storm",
    about: "Jobs cancelled as they start and uploads that break off, beside counts",
    passes: "p95 of the counts below 3 s, nothing is left of what was cancelled",
    options: { rate: whole(30, RATE), seconds: whole(30, SECONDS) },
    quick: { seconds: "8" },
  },
  {
    name: "slow-clients",
    about: "Quick clients beside some who send byte by byte, stall, or do not read",
    passes: "p95 of the quick ones below 3 s, the slow ones are answered exactly",
    options: {
      rate: whole(40, RATE),
      seconds: whole(30, SECONDS),
      slow: whole(60, "slow clients, a third of each kind"),
    },
    quick: { seconds: "8" },
    aside: sendSlowly,
  },
  {
    name: "gutenberg",
    about: "Slices of real books at once, as jobs that are polled",
    passes: "all of them are exact",
    options: {
      requests: whole(10, "how many come at once"),
      "chunk-size": range(500, 1000, "least and most words of each"),
      seed: whole(42, "of the slices", 0),
    },
    quick: {},
  },
];

/** A number above 1. */
function factor(value: number, about: string): Option<number> {
  const read = (text: string) =>
    /^\d+(\.\d+)?$/.test(text) && Number(text) > 1 ? Number(text) : null;
  return { about, default: String(value), form: "a number above 1", read };
}

/** Two integers of at least 1, the second not below the first. */
function range(least: number, most: number, about: string): Option<[number, number]> {
  const read = (text: string): [number, number] | null => {
    if (!/^[1-9]\d*[ ,][1-9]\d*$/.test(text)) return null;
    const [a, b] = text.split(/[ ,]/).map(Number);
    return a <= b ? [a, b] : null;
  };
  const form = "two integers of at least 1, the least one first";
  return { about, default: `${least} ${most}`, form, read };
}
