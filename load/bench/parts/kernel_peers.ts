import { foldFull } from "../../../tests/support/oracle/oracle_properties.ts";
import { tryCommand } from "../../support/commands.ts";

/** Other ways to count words; each returns its counts, so that they can be compared. */
export type Peer = (text: string) => Map<string, number>;

function countAll(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** What most programs do. */
const mapAndSplit: Peer = (text) => {
  const counts = countAll(text.split(/\s+/));
  counts.delete("");
  return counts;
};

/** Letters and digits by their Unicode properties. */
const unicodeRegex: Peer = (text) => countAll(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** What the `ascii` tokenizer finds, by a regular expression. */
export const asciiRegex: Peer = (text) =>
  countAll((text.match(/[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*/g) ?? []).map((word) => word.toLowerCase()));

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** ICU: word boundaries with dictionaries. */
const intlSegmenter: Peer = (text) => {
  const counts = new Map<string, number>();
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike) continue;
    const key = foldFull(segment);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** The peers whose rates are told, by name. */
export const PEERS: Readonly<Record<string, Peer>> = {
  "Map and split(/\\s+/)": mapAndSplit,
  "regex [\\p{L}\\p{N}]+": unicodeRegex,
  "Intl.Segmenter": intlSegmenter,
};

/** MB/s of a peer, which decodes the bytes as well. */
export function ratePeer(count: Peer, bytes: Uint8Array): number {
  const started = performance.now();
  count(new TextDecoder().decode(bytes));
  return bytes.length / (performance.now() - started) / 1000;
}

/** By which `wc` tells letters from spaces. */
const ENV = { LC_ALL: "C.UTF-8" };

const PYTHON = `
import collections, json, sys, time
data = open(sys.argv[1], "rb").read()
start = time.perf_counter()
counts = collections.Counter(data.decode().split())
print(json.dumps([time.perf_counter() - start, sum(counts.values())]))
`;

/** Seconds and words of Python's own Counter over str.split, undefined without Python. */
export async function runPython(file: string): Promise<[number, number] | undefined> {
  const output = await tryCommand("python3", ["-c", PYTHON, file], ENV);
  return output === undefined ? undefined : JSON.parse(output);
}

/** Seconds and words of `wc -w`, undefined without it. */
export async function runWc(file: string): Promise<[number, number] | undefined> {
  const started = performance.now();
  const output = await tryCommand("wc", ["-w", file], ENV);
  const seconds = (performance.now() - started) / 1000;
  return output === undefined ? undefined : [seconds, parseInt(output)];
}
