import { recordBlocks } from "../../algebra/record_blocks.ts";
import { ByteSource } from "../../input/source.ts";
import { textOf } from "../count/one_text.ts";
import { CommandError } from "../terminal/explain.ts";
import { say } from "../terminal/say.ts";

// Forms of lists that the command line alone knows, as one that servers know as well.

const LF = 0x0a;
const BLANK = 0x20;
const TAB = 0x09;

const encoder = new TextEncoder();

/** Rows of `uniq -c` as lines of `key TAB count`. */
export async function* uniqRows(
  stream: ReadableStream<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  let line = 0;
  for await (const block of recordBlocks(new ByteSource(stream), false)) yield turned(block);

  function turned(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length + 1); // a last line may have no end
    let length = 0;
    for (let at = 0; at < bytes.length;) {
      const feed = bytes.indexOf(LF, at);
      const end = feed < 0 ? bytes.length : feed;
      line++;
      const { start, behind } = countIn(bytes.subarray(at, end));
      const key = bytes.subarray(at + behind + 1, end);
      out.set(key, length);
      out[length + key.length] = TAB;
      out.set(bytes.subarray(at + start, at + behind), length + key.length + 1);
      length += key.length + 1 + behind - start;
      out[length++] = LF;
      at = end + 1;
    }
    return out.subarray(0, length);
  }

  /** Where the digits stand. */
  function countIn(row: Uint8Array): { start: number; behind: number } {
    let start = 0;
    while (row[start] === BLANK) start++;
    let behind = start;
    while (row[behind] >= 0x30 && row[behind] <= 0x39) behind++;
    if (behind > start && row[behind] === BLANK) return { start, behind };
    throw new CommandError(
      `Cannot read '${name}': line ${line} is no row of uniq -c: a count, a blank and a key`,
      "Say what it is, with --from",
    );
  }
}

/** A document of a result as lines of JSON. */
export async function* documentRows(
  blocks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const { counts, otherKeys } = readDocument(await textOf(blocks), name);
  if (typeof otherKeys === "number" && otherKeys > 0) {
    say(`'${name}' leaves out ${otherKeys} of its keys, and so does the answer`);
  }
  for (const row of counts) yield encoder.encode(`${JSON.stringify(row)}\n`);
}

function readDocument(text: string, name: string): { counts: unknown[]; otherKeys?: unknown } {
  let reason = "it has no 'counts'";
  try {
    const document = JSON.parse(text);
    if (Array.isArray(document?.counts)) return document;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new CommandError(`Cannot read '${name}' as the JSON of a result: ${reason}`);
}
