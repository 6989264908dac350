import { WORD_BREAK_CASES } from "./generate_word_break_cases.ts";
import { leftOut } from "../left_out.ts";

// More test data lives beside a checkout, not in it: what is absent is left out, and said to be.
const SHARED = new URL(
  `${Deno.env.get("MILLRACE_SHARED") ?? new URL("../../../../shared", import.meta.url).pathname}/`,
  import.meta.url,
);

function exists(file: URL): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}

/** Those of the files that are there; the others are named. */
function present<T extends { name: string; needs: URL[] }>(files: T[]): T[] {
  const { true: found = [], false: missing = [] } = Object.groupBy(
    files,
    ({ needs }) => `${needs.every(exists)}` as const,
  );
  if (missing.length > 0) {
    leftOut(missing.map(({ name }) => name).join(", "), `not in ${SHARED.pathname}`);
  }
  return found;
}

/** A file of word boundaries in the format of Unicode's WordBreakTest.txt. */
export interface BoundaryFile {
  name: string;
  path: URL;
  /** How many cases the file holds. */
  cases: number;
}

/** Unicode's own file, which the shipped cases must be equal to, where it is there. */
export function unicodeBoundaryFiles(): BoundaryFile[] {
  const path = new URL("unicode/WordBreakTest.txt", SHARED);
  return present([{ name: "Unicode's WordBreakTest.txt", path, needs: [path], cases: 1944 }]);
}

/** The files of word boundaries that a tokenizer has to agree with. */
export function boundaryFiles(): BoundaryFile[] {
  const extra = new URL("unicode/WordBreakExtra-open.txt", SHARED);
  return present([
    { name: "word_break_cases.txt", path: WORD_BREAK_CASES, needs: [], cases: 1944 },
    { name: "WordBreakExtra-open.txt", path: extra, needs: [extra], cases: 10083 },
  ]);
}

/** One line of a file of the standard. */
export interface BoundaryCase {
  line: string;
  codePoints: number[];
  /** Offsets in code points, 0 and the end included. */
  boundaries: number[];
}

/** Reads the cases of a boundary file: `÷ 0061 × 0308 ÷  # comment`. */
export function* boundaryCases(file: BoundaryFile): Generator<BoundaryCase> {
  for (const line of Deno.readTextFileSync(file.path).split("\n")) {
    const marks = line.replace(/#.*/, "").trim().split(/\s+/).filter((mark) => mark !== "");
    if (marks.length === 0) continue;
    const codePoints: number[] = [];
    const boundaries: number[] = [];
    for (const mark of marks) {
      if (mark === "÷") boundaries.push(codePoints.length);
      else if (mark !== "×") codePoints.push(parseInt(mark, 16));
    }
    yield { line, codePoints, boundaries };
  }
}

/** A text whose exact counts are known. */
export interface Corpus {
  name: string;
  path: URL;
}

const CORPORA = [
  "es_quijote",
  "frank",
  "moby",
  "pride",
  "ru_voyna1",
  "stress_open",
  "zh_xiyouji",
];

/** The texts that are there together with their expected counts. */
export function corpora(): Corpus[] {
  return present(CORPORA.map((name) => {
    const path = new URL(`corpora/${name}.txt`, SHARED);
    return { name, path, needs: [path, expectedPath("uax29", name), expectedPath("split", name)] };
  }));
}

function expectedPath(kind: "uax29" | "split", name: string): URL {
  return new URL(`unicode/expected/${kind}/${name}.tsv`, SHARED);
}

/**
 * The expected counts of a corpus: `uax29` is `unicode` folded, `split` is `whitespace` preserved
 * with a BOM kept as text.
 */
export function expectedTsv(kind: "uax29" | "split", corpus: Corpus): string {
  return new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(Deno.readFileSync(expectedPath(kind, corpus.name)));
}
