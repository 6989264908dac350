import { Random } from "../../../../tests/support/random.ts";
import { writeCopies } from "../../../support/text_file.ts";

/** A text of records, and what is true of it. */
export interface QuestionFile {
  path: string;
  bytes: number;
  rows: number;
  /** Cells of each key's row, by the name of the answer. */
  answers: ReadonlyMap<string, Rows>;
}

/** The cells behind each key, as the challenge and counts are written. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/**
 * A block is repeated, where a file is larger: it is larger than any cache, and no predictor of
 * branches learns it.
 */
const BLOCK_BYTES = 16_000_000;
/** Different users, pages and items. */
const MANY = 100_000;

/** `station;12.3`, as the One Billion Row Challenge has it: normal around each station's mean. */
export async function writeStations(path: string, leastBytes: number, stations: number) {
  const { block, rows } = makeStations(stations, leastBytes);
  return await writeBlocks(path, block, leastBytes, () => new Map([["min, mean, max", rows]]));
}

/** The same, of at least so many rows. */
export async function writeChallenge(path: string, leastRows: number, stations: number) {
  const { block, rows } = makeStations(stations, BLOCK_BYTES);
  const copies = Math.ceil(leastRows / countLines(block));
  const bytes = copies * new TextEncoder().encode(block).length;
  return await writeBlocks(path, block, bytes, () => new Map([["min, mean, max", rows]]));
}

/** A block of rows, and what is true of any number of its copies. */
function makeStations(stations: number, leastBytes: number): { block: string; rows: Rows } {
  const random = new Random(stations);
  const names = makeNames(random, stations);
  const means = names.map(() => random.between(-100, 300));
  const tenths = new Map<string, number[]>();
  const block = makeBlock(leastBytes, () => {
    const i = random.below(stations);
    const value = means[i] + Math.round(normal(random) * 100);
    push(tenths, names[i], value);
    return `${names[i]};${(value / 10).toFixed(1)}`;
  });
  return { block, rows: new Map([...tenths].map(([name, all]) => [name, challengeCells(all)])) };
}

/** Rows of an order, its user and an amount of cents. */
export async function writeOrders(path: string, leastBytes: number) {
  const random = new Random(1);
  const amounts = new Map<string, number[]>();
  let order = 0;
  const block = makeBlock(leastBytes, () => {
    const user = `user-${random.below(MANY)}`, amount = random.below(100_000);
    push(amounts, user, amount);
    return `${order++},${user},${amount},${random.pick(["DE", "FR", "JP", "BR"])},delivered`;
  });
  return await writeBlocks(path, block, leastBytes, (copies) =>
    new Map([
      ["count", mapCells(amounts, (all) => all.length * copies)],
      ["sum", mapCells(amounts, (all) => all.reduce((sum, each) => sum + each) * copies)],
    ]));
}

/** Lines of the Common Log Format. */
export async function writeLog(path: string, leastBytes: number) {
  const random = new Random(2);
  const pages = new Map<string, number[]>();
  const two = (limit: number) => `${random.below(limit)}`.padStart(2, "0");
  const block = makeBlock(leastBytes, () => {
    const item = `${random.below(MANY)}`;
    push(pages, item, 1);
    const time = `27/Nov/2026:${two(24)}:${two(60)}:${two(60)} +0000`;
    const host = `203.0.113.${random.below(256)}`;
    const status = random.pick(["200", "200", "304", "404"]);
    return `${host} - - [${time}] "GET /item/${item} HTTP/1.1" ${status} ${random.below(90_000)}`;
  });
  return await writeBlocks(path, block, leastBytes, (copies) => {
    const items = mapCells(pages, (all) => all.length * copies);
    const fields = new Map([...items].map(([item, cells]) => [`/item/${item}`, cells]));
    return new Map([["item", items], ["page", fields]]);
  });
}

/** Documents of JSON with a user within. */
export async function writeEvents(path: string, leastBytes: number) {
  const random = new Random(3);
  const users = new Map<string, number[]>();
  const block = makeBlock(leastBytes, () => {
    const id = random.below(MANY);
    push(users, `${id}`, 1);
    return JSON.stringify({
      time: new Date(1.7e12 + random.below(2 ** 31)).toISOString(),
      request: { method: random.pick(["GET", "POST"]), path: `/items/${random.below(5000)}` },
      user: { country: random.pick(["DE", "FR", "JP", "BR"]), id, tags: ["a", "b"] },
      ms: random.below(9000) / 10,
    });
  });
  return await writeBlocks(
    path,
    block,
    leastBytes,
    (copies) => new Map([["user", mapCells(users, (all) => all.length * copies)]]),
  );
}

/** Least, mean and greatest, of which the mean is rounded half up towards positive infinity. */
function challengeCells(tenths: readonly number[]): string[] {
  let [least, greatest, sum] = [Infinity, -Infinity, 0];
  for (const each of tenths) {
    [least, greatest, sum] = [Math.min(least, each), Math.max(greatest, each), sum + each];
  }
  const mean = Math.floor((2 * sum + tenths.length) / (2 * tenths.length)); // of integers, exact
  return [least, mean, greatest].map((each) => (each / 10).toFixed(1));
}

function mapCells(all: ReadonlyMap<string, number[]>, cell: (values: number[]) => number): Rows {
  return new Map([...all].map(([key, values]) => [key, [`${cell(values)}`]]));
}

function push(all: Map<string, number[]>, key: string, value: number): void {
  const values = all.get(key);
  if (values) values.push(value);
  else all.set(key, [value]);
}

function makeNames(random: Random, many: number): string[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyzéüñç"];
  const names = new Set<string>();
  while (names.size < many) {
    const word = () => Array.from({ length: random.between(2, 8) }, () => random.pick(letters));
    const name = random.oneIn(4) ? [...word(), " ", ...word()] : [...word(), ...word()];
    names.add(name.join("").replace(/^./, (first) => first.toUpperCase()));
  }
  return [...names];
}

/** Box and Muller's. */
function normal(random: Random): number {
  const [a, b] = [random.between(1, 1e9) / 1e9, random.below(1e9) / 1e9];
  return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
}

function makeBlock(leastBytes: number, line: () => string): string {
  const lines: string[] = [];
  const least = Math.min(leastBytes, BLOCK_BYTES);
  for (let bytes = 0; bytes < least; bytes += lines.at(-1)!.length + 1) lines.push(line());
  return lines.join("\n") + "\n";
}

/** Writes copies of a block, whose answers depend on how many there are. */
async function writeBlocks(
  path: string,
  block: string,
  leastBytes: number,
  answer: (copies: number) => ReadonlyMap<string, Rows>,
): Promise<QuestionFile> {
  const { copies, bytes } = await writeCopies(path, block, leastBytes);
  return { path, bytes, rows: copies * countLines(block), answers: answer(copies) };
}

function countLines(block: string): number {
  return block.split("\n").length - 1;
}
