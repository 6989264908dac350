import type { RecordPlan } from "../../../src/records/record_plan.ts";
import { Random } from "../../../tests/support/random.ts";
import { column, countPlan } from "../../../tests/support/record_plan.ts";
import { readCorpus, repeatText } from "../../support/corpora.ts";

/** What the cases are measured on. */
export type RecordText = "csv" | "quoted csv" | "logs" | "ndjson" | "stations";

/** A plan and the text that it is for. */
export interface RecordCase {
  name: string;
  text: RecordText;
  plan: RecordPlan;
  /** The rate that is wanted, as a multiple of that of words. */
  least?: number;
}

const CORPUS_BYTES = 4_000_000;
const STATIONS = 413;

const field = (index: number) => ({ kind: "field", index }) as const;
const json = (...path: (string | number)[]) => ({ kind: "json", path }) as const;

/** The temperatures of stations, as the One Billion Row Challenge has them. */
const stations = { ...countPlan("csv", [column(1)], ";"), value: column(2) };

export const RECORD_CASES: readonly RecordCase[] = [
  { name: "column 2", text: "csv", plan: countPlan("csv", [column(2)]), least: 0.6 },
  { name: "column 1", text: "csv", plan: countPlan("csv", [column(1)]), least: 0.6 },
  { name: "columns 2, 3", text: "csv", plan: countPlan("csv", [column(2), column(3)]) },
  { name: "column 2", text: "quoted csv", plan: countPlan("csv", [column(2)]), least: 0.6 },
  { name: "field 1", text: "logs", plan: countPlan("line", [field(1)]), least: 0.6 },
  { name: "field 7", text: "logs", plan: countPlan("line", [field(7)]), least: 0.6 },
  {
    name: "field 7 where field 9 < 400",
    text: "logs",
    plan: { ...countPlan("line", [field(7)]), where: [{ of: field(9), op: "<", text: "400" }] },
  },
  {
    name: "json user.country",
    text: "ndjson",
    plan: countPlan("ndjson", [json("user", "country")]),
    least: 0.45,
  },
  { name: "json status", text: "ndjson", plan: countPlan("ndjson", [json("status")]), least: 0.45 },
  { name: "station", text: "stations", plan: countPlan("csv", [column(1)], ";") },
  { name: "station and value", text: "stations", plan: { ...stations, output: "values" } },
];

/** Texts of about so many bytes each. */
export async function writeRecordTexts(
  bytes: number,
): Promise<Record<RecordText, Uint8Array<ArrayBuffer>>> {
  const { bytes: csv } = await readCorpus("csv", CORPUS_BYTES);
  const random = new Random(1);
  const lines = (line: () => string) => {
    let text = "";
    while (text.length < CORPUS_BYTES) text += line() + "\n";
    return new TextEncoder().encode(text);
  };
  const names = Array.from({ length: STATIONS }, () => word(random, random.between(4, 14)));
  const all = {
    csv,
    "quoted csv": new TextEncoder().encode(
      new TextDecoder().decode(csv).replaceAll('"', "").replace(
        /[^,\n]+/g,
        (value) => `"${value}"`,
      ),
    ),
    logs: (await readCorpus("logs", CORPUS_BYTES)).bytes,
    ndjson: lines(() => jsonLine(random)),
    stations: lines(() => `${random.pick(names)};${(random.between(-400, 500) / 10).toFixed(1)}`),
  };
  const entries = Object.entries(all).map(([name, text]) => [name, repeatText(text, bytes)]);
  return Object.fromEntries(entries);
}

function word(random: Random, length: number): string {
  const letters = Array.from({ length }, () => String.fromCharCode(0x61 + random.below(26)));
  return letters.join("").replace(/^./, (first) => first.toUpperCase());
}

function jsonLine(random: Random): string {
  return JSON.stringify({
    time: new Date(1.7e12 + random.below(2 ** 31) * 60).toISOString(),
    level: random.pick(["info", "info", "warn", "error"]),
    request: {
      method: random.pick(["GET", "POST"]),
      path: `/items/${random.below(5000)}`,
      bytes: random.below(90_000),
    },
    user: {
      id: random.below(100_000),
      country: random.pick(["DE", "FR", "JP", "BR", "US"]),
      tags: ["a", word(random, 5)],
    },
    status: random.pick([200, 200, 200, 304, 404, 500]),
    message: `Handled by "${word(random, 8)}" in ${random.below(900)} ms`,
  });
}
