// Test data that lives beside a checkout, not in it: what is absent is skipped.
const SHARED = Deno.env.get("MILLRACE_SHARED") ??
  new URL("../../../shared", import.meta.url).pathname;

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A file of word boundaries in the format of Unicode's WordBreakTest.txt. */
export interface BoundaryFile {
  name: string;
  path: string;
  exists: boolean;
  /** How many cases the file holds. */
  cases: number;
}

export const BOUNDARY_FILES: BoundaryFile[] = [
  { name: "WordBreakTest.txt", cases: 1944 },
  { name: "WordBreakExtra-open.txt", cases: 10083 },
].map((file) => {
  const path = `${SHARED}/unicode/${file.name}`;
  return { ...file, path, exists: exists(path) };
});

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
  path: string;
}

/** The texts that are present together with their expected counts. */
export const CORPORA: Corpus[] = [
  "es_quijote",
  "frank",
  "moby",
  "pride",
  "ru_voyna1",
  "stress_open",
  "zh_xiyouji",
]
  .map((name) => ({ name, path: `${SHARED}/corpora/${name}.txt` }))
  .filter((corpus) => exists(corpus.path) && exists(expectedPath("uax29", corpus.name)));

function expectedPath(kind: "uax29" | "split", name: string): string {
  return `${SHARED}/unicode/expected/${kind}/${name}.tsv`;
}

/**
 * The expected counts of a corpus: `uax29` is `unicode` folded, `split` is `whitespace` preserved
 * with a BOM kept as text.
 */
export function expectedTsv(kind: "uax29" | "split", corpus: Corpus): string {
  return new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(Deno.readFileSync(expectedPath(kind, corpus.name)));
}
