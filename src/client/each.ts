import type { ProblemDocument } from "../contract/documents.ts";
import type { CountOptions } from "../contract/options.ts";
import type { RecordOptions } from "../contract/record_options.ts";
import { createError } from "./create_error.ts";
import type { MillraceError } from "./millrace_error.ts";
import type { CallOptions } from "./requests.ts";

/** What says how a body is read, or how a result is divided. */
type OfBodies = "partition" | "borders" | "charset" | "bom" | "locale";

/** How each of many texts is counted. */
export interface EachRequest
  extends Partial<Omit<CountOptions, keyof RecordOptions | OfBodies>>, CallOptions {
  /** `totals` leaves out the counts. @default {"all"} */
  only?: "all" | "totals";
}

/** What was counted of one text. */
export interface EachCount {
  /** All tokens of the text. */
  tokens: number;
  /** How many distinct keys it has, shown or not, and the sum of their counts. */
  keys: number;
  counted: number;
  /** Halves of surrogate pairs that were read as U+FFFD, where there were some. */
  replacements?: number;
  /** As `new Map(counts)` takes them; absent with `only: "totals"`. */
  counts?: [key: string, count: number][];
  error?: undefined;
}

/** What came of one text. */
export type EachAnswer = EachCount | { error: MillraceError };

/** Texts as lines of JSON, which are sent by one request. */
export interface EachBatch {
  /** How many texts stand before it. */
  before: number;
  lines: string[];
}

/**
 * Characters of a batch, more only where one text is longer. The server holds that much before it
 * answers, so that clients whose `fetch` reads no answer before it has sent the body can call it.
 */
const BATCH_CHARS = 128 * 1024;

/** Puts texts together for requests. @throws {TypeError} If one is no string. */
export async function* batchTexts(
  texts: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<EachBatch, void, void> {
  let batch: EachBatch = { before: 0, lines: [] };
  let chars = 0;
  for await (const text of texts) {
    if (typeof text !== "string") throw new TypeError("Cannot count each: a text is no string");
    const line = JSON.stringify(text);
    chars += line.length;
    batch.lines.push(line);
    if (chars < BATCH_CHARS) continue;
    yield batch;
    batch = { before: batch.before + batch.lines.length, lines: [] };
    chars = 0;
  }
  if (batch.lines.length > 0) yield batch;
}

/**
 * The answers to a batch, one for each text.
 *
 * @throws {MillraceError} If the server could not read the whole batch.
 */
export function readAnswers(text: string, { before, lines }: EachBatch): EachAnswer[] {
  const answers = text.split("\n").slice(0, -1).map((line) => readAnswer(JSON.parse(line), before));
  if (answers.length === lines.length) return answers;
  const { error } = answers.at(-1) ?? {};
  throw error ??
    new TypeError(`Cannot count each: ${lines.length} texts got ${answers.length} answers`);
}

/** @param before How many texts stand before the first line. */
function readAnswer(answer: EachCount | ProblemDocument, before: number): EachAnswer {
  if ("tokens" in answer) return answer as EachCount;
  const problem = answer as ProblemDocument;
  if (typeof problem.line !== "number") return { error: createError(problem) };
  return { error: createError({ ...problem, line: before + problem.line }) };
}
