import type { Asked } from "./peers.ts";
import type { QuestionFile } from "./files.ts";
import { writeEvents, writeLog, writeOrders, writeStations } from "./files.ts";

/** A question, and who is asked it. */
export interface Question {
  name: string;
  file: keyof typeof FILES;
  /** Which of the file's answers is right. */
  answer: string;
  /** Options of `millrace`. */
  words: readonly string[];
  peers: readonly Asked[];
  /** How far cells of others may be from it: some round means otherwise. */
  tolerance?: number;
}

export const FILES = {
  stations: (path: string, bytes: number) => writeStations(path, bytes, 413),
  "many stations": (path: string, bytes: number) => writeStations(path, bytes, 10_000),
  orders: writeOrders,
  log: writeLog,
  events: writeEvents,
} satisfies Record<string, (path: string, bytes: number) => Promise<QuestionFile>>;

const CHALLENGE = {
  answer: "min, mean, max",
  words: "--key column(1) --delimiter ; --value column(2) --agg min,avg,max --round 1".split(" "),
  tolerance: 0.101,
} as const;
const CHALLENGED = [
  ["duckdb", "stations", 3],
  ["polars", "stations", 3],
  ["stations", "", 10],
] as const;

/** The name of the sum, and of the count that it may cost a quarter more than. */
export const SUM = "sum(column 3) by column(2)";
export const COUNT = "column(2) of CSV";

export const QUESTIONS: readonly Question[] = [
  {
    name: "1BRC, 413 stations",
    file: "stations",
    ...CHALLENGE,
    peers: [
      ...CHALLENGED,
      ["pandas", "stations"],
      ["mlrStations", ""],
      ["java", "", 0.25],
    ],
  },
  {
    name: "1BRC, 10,000 stations",
    file: "many stations",
    ...CHALLENGE,
    peers: [...CHALLENGED, ["java", "", 0.25]],
  },
  {
    name: COUNT,
    file: "orders",
    answer: "count",
    words: ["--key", "column(2)"],
    peers: [
      ["duckdb", "count", 3],
      ["polars", "count"],
      ["count", "", 10],
      ["xanCount", "", 10],
      ["mlrCount", ""],
      ["pandas", "count", 30],
    ],
  },
  {
    name: SUM,
    file: "orders",
    answer: "sum",
    words: ["--key", "column(2)", "--value", "column(3)"],
    peers: [["duckdb", "sum"], ["polars", "sum"], ["sum", ""], ["pandas", "sum"]],
  },
  {
    name: "field(7) of a log",
    file: "log",
    answer: "page",
    words: ["--key", "field(7)"],
    peers: [["duckdb", "page", 3], ["page", "", 10]],
  },
  {
    name: "json($.user.id) of NDJSON",
    file: "events",
    answer: "user",
    words: ["--key", "json($.user.id)"],
    peers: [["duckdb", "user", 4], ["polars", "user"], ["user", ""]],
  },
  {
    name: "regex(/item/([0-9]+)) of a log",
    file: "log",
    answer: "item",
    words: ["--key", "regex(/item/([0-9]+))"],
    peers: [["item", "", 3], ["duckdb", "item"]],
  },
];
