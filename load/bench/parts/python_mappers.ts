import { tryCommand } from "../../support/commands.ts";

/** What a mapper in Python found in a file, and how fast. */
export interface PythonCounts {
  /** Of the mapper alone, without the start of Python and the reading of the file. */
  seconds: number;
  counts: Record<string, number>;
}

/** The mappers of `user_sources.ts` as Python has them: `map` gives the keys of a text. */
export const PYTHON_MAPPERS = {
  words: `
def map(text):
    return text.split()
`,
  fiftyLines: `
LEAST, PREFIX, FOLD = 3, "", True
STOP = set("the of and to a in is it you that he was for on are with as".split())

def is_letter(c):
    return "a" <= c <= "z" or "A" <= c <= "Z" or c > "\\x7f"

def trim(word):
    start, end = 0, len(word)
    while start < end and not is_letter(word[start]):
        start += 1
    while end > start and not is_letter(word[end - 1]):
        end -= 1
    return word[start:end]

def accept(word):
    if len(word) < LEAST:
        return False
    if PREFIX and not word.startswith(PREFIX):
        return False
    return word not in STOP

def map(text):
    for line in text.split("\\n"):
        for word in line.split(" "):
            word = trim(word)
            if FOLD:
                word = word.lower()
            if accept(word):
                yield word
`,
} as const;

const PROGRAM = `
import collections, json, sys, time
data = open(sys.argv[1], "rb").read()
start = time.perf_counter()
counts = collections.Counter(map(data.decode()))
seconds = time.perf_counter() - start
json.dump({"seconds": seconds, "counts": counts}, sys.stdout)
`;

/** Runs a mapper over a file; undefined without Python. */
export async function runPythonMapper(
  mapper: string,
  file: string,
): Promise<PythonCounts | undefined> {
  const output = await tryCommand("python3", ["-c", mapper + PROGRAM, file], { LC_ALL: "C.UTF-8" });
  return output === undefined ? undefined : JSON.parse(output);
}
