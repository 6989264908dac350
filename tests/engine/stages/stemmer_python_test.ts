import { assertEquals } from "@std/assert";
import {
  STEM_LANGUAGES,
  type StemLanguage,
} from "../../../src/contract/expressions/stem_languages.ts";
import { loadStemmer } from "../../../src/engine/stages/stemmer.ts";
import { leftOut } from "../../support/left_out.ts";
import { freshSeed, Random } from "../../support/random.ts";

// Beside an implementation of Snowball that has nothing in common with ours but the rules.

const PYTHON = Deno.env.get("MILLRACE_PYTHON") ?? "python3";

const SCRIPT = `
import json, snowballstemmer, sys
for line in sys.stdin:
    language, words = json.loads(line)
    print(json.dumps(snowballstemmer.stemmer(language).stemWords(words)))
`;

const VERSION =
  "from importlib.metadata import version; assert version('snowballstemmer').startswith('3.1.')";

const isThere = await succeeds(VERSION);
if (!isThere) leftOut("stems beside Python's", `no ${PYTHON} with snowballstemmer 3.1`);

Deno.test({
  name: "loadStemmer() gives the stems that snowballstemmer for Python gives, of any word",
  ignore: !isThere,
  async fn() {
    const seed = freshSeed();
    const random = new Random(seed);
    const samples = await wordsOfSamples();
    const asked = Object.entries(STEM_LANGUAGES).map(([code, name]) => ({
      code: code as StemLanguage,
      name: name.toLowerCase(),
      words: Array.from({ length: 400 }, () => randomWord(random, samples)),
    }));
    const theirs = await stemsOfPython(asked.map(({ name, words }) => [name, words]));
    for (const [i, { code, words }] of asked.entries()) {
      const stem = await loadStemmer(code);
      words.forEach((word, at) => {
        const expected = theirs[i][at] || word; // a word is never left without a key
        assertEquals([code, word, stem(word)], [code, word, expected], `MILLRACE_SEED=${seed}`);
      });
    }
  },
});

/** Words of all languages: their ends are what rules are about, so they are joined anew. */
async function wordsOfSamples(): Promise<string[]> {
  const text = await Deno.readTextFile(new URL("fixtures/snowball.tsv", import.meta.url));
  return text.trimEnd().split("\n").filter((line) => !line.startsWith("#"))
    .map((line) => line.split("\t")[1]);
}

function randomWord(random: Random, samples: readonly string[]): string {
  const [head, tail] = [random.pick(samples), random.pick(samples)].map((word) => [...word]);
  const cut = random.oneIn(3) ? 0 : random.below(tail.length);
  return [...head.slice(0, random.between(0, head.length)), ...tail.slice(cut)].join("")
    .normalize("NFC");
}

async function stemsOfPython(
  asked: readonly [language: string, words: readonly string[]][],
): Promise<string[][]> {
  const child = new Deno.Command(PYTHON, {
    args: ["-c", SCRIPT],
    env: { PYTHONIOENCODING: "utf-8" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.output();
  const lines = asked.map((each) => `${JSON.stringify(each)}\n`);
  await ReadableStream.from(lines).pipeThrough(new TextEncoderStream()).pipeTo(child.stdin);
  const { stdout } = await output;
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function succeeds(code: string): Promise<boolean> {
  try {
    const command = new Deno.Command(PYTHON, {
      args: ["-c", code],
      stdout: "null",
      stderr: "null",
    });
    return (await command.output()).success;
  } catch {
    return false;
  }
}
