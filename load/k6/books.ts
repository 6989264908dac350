import { readCorpus } from "../support/corpora.ts";
import { Refusal } from "../support/options.ts";

/** Texts that slices are taken from. */
export interface Books {
  /** What they are. */
  name: string;
  /** Files of UTF-8. */
  paths: string[];
}

/** Moby-Dick, Pride and Prejudice, Frankenstein. */
const NUMBERS = [2701, 1342, 84];
const FETCH_MS = 15_000;
const GENERATED_BYTES = 2_000_000;

/**
 * The files that are named, or three books of Project Gutenberg, which are fetched once; or, where
 * there is no network, generated text in several scripts.
 *
 * @param cache Folder that fetched books are kept in.
 * @param temporary Folder for generated text.
 * @throws {Refusal} If a named file cannot be read.
 */
export async function findBooks(
  named: readonly string[],
  cache: string,
  temporary: string,
  get: typeof fetch = fetch,
): Promise<Books> {
  if (named.length > 0) return { name: named.join(", "), paths: await checkFiles(named) };
  try {
    const paths = await Promise.all(NUMBERS.map((number) => fetchBook(number, cache, get)));
    return { name: `books ${NUMBERS.join(", ")} of Project Gutenberg`, paths };
  } catch (error) {
    const path = `${temporary}/generated.txt`;
    await Deno.writeFile(path, (await readCorpus("mixed", GENERATED_BYTES)).bytes);
    const why = (error as Error).message;
    const name = "generated text in several scripts (seeded, by Zipf's law), since Project " +
      `Gutenberg cannot be reached: ${why}`;
    return { name, paths: [path] };
  }
}

async function checkFiles(paths: readonly string[]): Promise<string[]> {
  return await Promise.all(paths.map(async (path) => {
    try {
      const bytes = await Deno.readFile(path);
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      return await Deno.realPath(path);
    } catch (error) {
      const why = error instanceof TypeError ? "it is not UTF-8" : (error as Error).message;
      throw new Refusal(`Cannot read the book ${path}: ${why}`);
    }
  }));
}

async function fetchBook(number: number, cache: string, get: typeof fetch): Promise<string> {
  const path = `${cache}/${number}.txt`;
  try {
    return await Deno.realPath(path);
  } catch {
    // it is fetched for the first time
  }
  const url = `https://www.gutenberg.org/cache/epub/${number}/pg${number}.txt`;
  const answer = await get(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const text = await answer.text();
  await Deno.mkdir(cache, { recursive: true });
  await Deno.writeTextFile(`${path}.part`, text);
  await Deno.rename(`${path}.part`, path); // a half of a book is none
  return await Deno.realPath(path);
}
