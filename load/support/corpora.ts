/**
 * Texts for benchmarks: real ones when a directory of corpora is at hand, else generated ones that
 * resemble them where speed is decided: word lengths, the share of frequent words, punctuation,
 * and how much stands outside of ASCII.
 */
import { Random } from "../../tests/support/random.ts";

/** What a generated language looks like. */
interface Language {
  /** Letters, the frequent ones more than once. */
  letters: string[];
  /** Distinct words. */
  words: number;
  /** Between words; between sentences. */
  space: string;
  stop: string;
  /** Least and most letters of a word. */
  length: [number, number];
  /** Marks that stand before or behind a word now and then. */
  marks: string[];
}

const LANGUAGES = {
  english: {
    letters: [..."eeeeeeaaaaoooiiinnnttttsssrrrhhhdllucmfwygpbvkxqjz"],
    words: 24_000,
    space: " ",
    stop: ".\n",
    length: [1, 12],
    marks: [",", ",", ",", ";", "’s", "”", "—", "'t"],
  },
  russian: {
    letters: [..."оооееааиинннттссррввлкмдпуяыьгзбчйхжшюцщэф"],
    words: 40_000,
    space: " ",
    stop: ".\n",
    length: [1, 13],
    marks: [",", ",", ",", "—", "»", "…"],
  },
  greek: {
    letters: [..."αααοοοιιιεεττσσννηηρρυπκμλωδγχθφβξζψάέήίόύώς"],
    words: 40_000,
    space: " ",
    stop: "·\n",
    length: [1, 12],
    marks: [",", ",", ";", "»"],
  },
  chinese: {
    letters: Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i * 6)),
    words: 30_000,
    space: "",
    stop: "。\n",
    length: [1, 3],
    marks: ["，", "，", "、", "「", "」"],
  },
} satisfies Record<string, Language>;

/** The name of a corpus that can be generated. */
export type CorpusName = keyof typeof LANGUAGES | "mixed" | "logs" | "csv" | "distinct";

/** The corpora that can be generated. */
export const CORPORA: readonly CorpusName[] = [
  ...Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[],
  "mixed",
  "logs",
  "csv",
  "distinct",
];

/** Generates a text of about `bytes` bytes, whole lines, at most a little less. */
function generateCorpus(name: CorpusName, bytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  switch (name) {
    case "mixed": {
      const writers = Object.values(LANGUAGES).map((language) => sentences(language, random));
      return fill(bytes, () => random.pick(writers)());
    }
    case "logs":
      return fill(bytes, () => logLine(random));
    case "csv":
      return fill(bytes, () => csvLine(random));
    case "distinct":
      return generateDistinct(5_400_000, bytes, seed);
    default:
      return fill(bytes, sentences(LANGUAGES[name], random));
  }
}

/** Up to 4 MB of lines, repeated until the text is long enough. */
function fill(bytes: number, line: () => string): Uint8Array<ArrayBuffer> {
  const parts: string[] = [];
  for (let length = 0; length < Math.min(bytes, 1 << 22);) {
    const next = line();
    parts.push(next);
    length += next.length;
  }
  return repeatText(new TextEncoder().encode(parts.join("")), bytes);
}

/** Repeats a text, and cuts it behind the last line feed before `bytes`. */
export function repeatText(text: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += text.length) {
    out.set(text.subarray(0, Math.min(text.length, bytes - at)), at);
  }
  const end = out.lastIndexOf(0x0a) + 1;
  return end === 0 ? out : out.subarray(0, end);
}

/** Sentences whose words follow Zipf's law: the n-th word is n times rarer than the first. */
function sentences(language: Language, random: Random): () => string {
  const [least, most] = language.length;
  const words = Array.from({ length: language.words }, (_, rank) => {
    // Frequent words are short.
    const longest = Math.min(most, least + 1 + Math.floor(Math.log2(rank + 1)));
    const length = least + random.below(longest - least + 1);
    return Array.from({ length }, () => random.pick(language.letters))
      .join("");
  });
  const pick = () =>
    words[Math.floor(Math.exp(random.below(1 << 20) / (1 << 20) * Math.log(words.length)))];
  return () => {
    let line = "";
    for (let left = 5 + random.below(20); left > 0; left--) {
      line += pick();
      if (random.oneIn(9)) line += random.pick(language.marks);
      if (left > 1) line += language.space;
    }
    return line.charAt(0).toUpperCase() + line.slice(1) + language.stop;
  };
}

const PATHS = [
  "/",
  "/index.html",
  "/v1/count",
  "/v1/jobs/",
  "/static/app.js",
  "/img/logo.png",
  "/login",
];
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64)",
  "curl/8.5.0",
  "Mozilla/5.0 (iPhone; CPU OS 17_2)",
  "k6/1.0",
];

function logLine(random: Random): string {
  const below = (limit: number) => random.below(limit);
  const ip = `10.${below(4)}.${below(256)}.${below(256)}`;
  const two = (n: number) => String(n).padStart(2, "0");
  const day = two(1 + below(28));
  const time = [two(below(24)), two(below(60)), two(below(60))].join(":");
  const path = random.pick(PATHS) + (random.oneIn(3) ? below(100_000).toString(36) : "");
  const status = random.pick([200, 200, 200, 304, 404, 500]);
  const agent = random.pick(AGENTS);
  const request = `"GET ${path} HTTP/1.1" ${status} ${below(50_000)} "-" "${agent}"`;
  return `${ip} - - [${day}/Nov/2026:${time} +0000] ${request}\n`;
}

const CITIES = ["Berlin", "Zürich", "São Paulo", "New York", "Kyiv", "Lagos", "Osaka"];

function csvLine(random: Random): string {
  const price = (random.below(1_000_000) / 100).toFixed(2);
  const id = random.below(10_000_000);
  const city = random.pick(CITIES);
  const day = 1 + random.below(28);
  const user = `user${random.below(50_000)}@example.com`;
  return `${id},2026-11-${day},"${city}",${price},${user}\n`;
}

/**
 * `distinct` words of 5 to 11 letters, in no order, each about equally often: a vocabulary that
 * grows all the way and fits no cache.
 */
export function generateDistinct(
  distinct: number,
  bytes: number,
  seed = 1,
): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  const out = new Uint8Array(bytes);
  let at = 0;
  for (let line = 0; at + 12 < bytes; line++) {
    // A bijection of 32 bits, so that different numbers are different words.
    let word = Math.imul(random.below(distinct), 0x9e3779b1) >>> 0;
    for (let left = 5 + (word & 3); left > 0 || word > 0; left--) {
      out[at++] = 0x61 + word % 26;
      word = Math.floor(word / 26);
    }
    out[at++] = line % 16 === 15 ? 0x0a : 0x20;
  }
  return out.subarray(0, at);
}

/** Words of a text of nothing but lower-case letters, spaces and line feeds. */
export function countLetterRuns(text: Uint8Array): number {
  let runs = 0;
  let inside = false;
  for (const byte of text) {
    const letter = byte >= 0x61;
    if (letter && !inside) runs++;
    inside = letter;
  }
  return runs;
}

/** Bytes of each key of {@linkcode generateKeys}. */
const KEY_BYTES = 8;

/**
 * Keys of eight letters, a line each, of which nearly all of `distinct` come up: four lines for each.
 */
export function generateKeys(distinct: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  const out = new Uint8Array(4 * distinct * (KEY_BYTES + 1));
  for (let at = 0; at < out.length; at += KEY_BYTES + 1) {
    let word = Math.imul(random.below(distinct), 0x9e3779b1) >>> 0; // a bijection, as above
    for (let i = 0; i < KEY_BYTES; i++) {
      out[at + i] = 0x61 + word % 26;
      word = Math.floor(word / 26);
    }
    out[at + KEY_BYTES] = 0x0a;
  }
  return out;
}

/** Where real corpora may lie: a directory with a folder `corpora` of books. */
const SHARED = Deno.env.get("MILLRACE_SHARED") ??
  new URL("../../../shared", import.meta.url).pathname;

/** Books that stand in for generated texts. */
const BOOKS: Partial<Record<CorpusName, string[]>> = {
  english: ["moby.txt", "pride.txt", "frank.txt"],
  russian: ["ru_voyna1.txt"],
  chinese: ["zh_xiyouji.txt"],
};

/** A text and what it is, for the heading of a table. */
export interface Corpus {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The three English novels one after the other, or, without them, generated English of 4 MB. */
export function readEnglish(): Promise<Corpus> {
  return readCorpus("english", 4_000_000);
}

/** The books of a language as they are, or generated text of `bytes`. */
export async function readCorpus(name: CorpusName, bytes: number): Promise<Corpus> {
  const files = BOOKS[name];
  const books = files && await readBooks(files);
  if (books) return { name: `${name} (books)`, bytes: books };
  return { name: `${name} (generated)`, bytes: generateCorpus(name, bytes) };
}

async function readBooks(files: string[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const books = await Promise.all(
      files.map((file) => Deno.readFile(`${SHARED}/corpora/${file}`)),
    );
    const all = new Uint8Array(books.reduce((sum, book) => sum + book.length, 0));
    let at = 0;
    for (const book of books) {
      all.set(book, at);
      at += book.length;
    }
    return all;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
