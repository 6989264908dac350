import type { Format } from "../../contract/options.ts";
import type { Form } from "../count/settings.ts";
import { formatAnswer, type ShownRow } from "../remote/answer_table.ts";
import { keepDigits } from "../remote/keep_digits.ts";
import { say } from "../terminal/say.ts";
import type { Sink } from "../terminal/sink.ts";
import { withSink } from "../terminal/with_sink.ts";
import { asOneText, textOf } from "../count/one_text.ts";

type Blocks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** An answer, in whichever form it is wanted. */
export interface Answers {
  /** In a form of the API. */
  blocks(format: Format): Blocks | Promise<Blocks>;
  /** As `uniq -c` writes it, where that is a form. */
  uniq?(): Blocks | Promise<Blocks>;
}

/** Where an answer goes. */
export interface Target {
  form: Form;
  /** @default {stdout} */
  path?: string;
  isQuiet: boolean;
}

/**
 * Has an answer made, and writes it.
 *
 * @param abandon Leaves nothing behind, at once: the process ends.
 */
export async function writeAnswer(
  target: Target,
  make: () => Promise<Answers>,
  abandon?: () => void,
): Promise<void> {
  await withSink(target.path, async (sink) => write(await make(), target, sink), abandon);
}

async function write(answers: Answers, { form, isQuiet }: Target, sink: Sink): Promise<void> {
  if (form === "table") return await writeTable(await answers.blocks("json"), isQuiet, sink);
  const blocks = await (form === "uniq" ? answers.uniq!() : answers.blocks(form));
  for await (const block of blocks) await sink.write(block);
}

/** Rows of an answer whose numbers are texts. */
interface ShownAnswer {
  counts?: ShownRow[];
  rows?: ShownRow[];
  otherKeys: string;
}

async function writeTable(blocks: Blocks, isQuiet: boolean, sink: Sink): Promise<void> {
  const answer: ShownAnswer = await asOneText(async () =>
    JSON.parse(await textOf(blocks), keepDigits)
  );
  const { counts, rows = counts!, otherKeys } = answer;
  await sink.show(formatAnswer(rows.map(shortenNumbers), { key: "" }));
  if (otherKeys !== "0" && !isQuiet) {
    say(`${otherKeys} keys are not shown; --top all shows all`);
  }
}

function shortenNumbers({ key, ...numbers }: ShownRow): ShownRow {
  const shown = Object.entries(numbers as Record<string, string>)
    .map(([name, number]) => [name, shortened(number)]);
  return { key, ...Object.fromEntries(shown) };
}

/** A measure in as many digits as somebody reads; integers and short numbers stay as they are. */
function shortened(number: string): string {
  if (!/[.e]/.test(number) || number.length <= 6) return number;
  return Math.abs(Number(number)) < 1000 ? Number(number).toPrecision(4) : Number(number).toFixed();
}
