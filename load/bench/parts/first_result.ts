import { ServerProcess } from "../../../tests/support/http/server.ts";
import { KernelCompiler } from "../../../src/kernels/compiler/kernel_compiler.ts";

/** Milliseconds until answers came. */
export interface FirstResults {
  /** From the source to the first counts, on a server that has compiled another source. */
  warm: number[];
  /** The same source compiled alone, by a compiler that has compiled others; in turn with `warm`. */
  compiled: number[];
  /** From the source to the first counts, on a server that has compiled nothing. */
  cold: number[];
  /** The same on a server that was asked for its kernels a while before. */
  announced: number[];
}

/** How long after the list of kernels a client may be with its first source. */
const READING_MS = 3000;

/** Fresh servers: one costs seconds. */
const MOST_COLD = 3;

/** Has servers count a text by a source that they see for the first time. */
export async function timeFirstResults(
  source: string,
  text: Uint8Array<ArrayBuffer>,
  rounds: number,
): Promise<FirstResults> {
  const results: FirstResults = { warm: [], compiled: [], cold: [], announced: [] };
  let versions = 0;
  const unseen = () => `${source}// version ${versions++}\n`;
  for (let round = 0; round < Math.min(rounds, MOST_COLD); round++) {
    await using server = await ServerProcess.start();
    results.cold.push(await timeFirstResult(server, unseen(), text));
    await using other = await ServerProcess.start();
    await (await fetch(`${other.origin}/v1/kernels`)).body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, READING_MS));
    results.announced.push(await timeFirstResult(other, unseen(), text));
  }
  await using server = await ServerProcess.start();
  const compiler = new KernelCompiler();
  try {
    await timeFirstResult(server, unseen(), text);
    await compiler.compile(unseen());
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      await compiler.compile(unseen());
      results.compiled.push(performance.now() - started);
      results.warm.push(await timeFirstResult(server, unseen(), text));
    }
  } finally {
    await compiler.close();
  }
  return results;
}

async function timeFirstResult(
  { origin }: ServerProcess,
  source: string,
  text: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const started = performance.now();
  const { id } = await post(`${origin}/v1/kernels`, source, "text/typescript");
  const { totals } = await post(`${origin}/v1/count?kernel=${id}`, text, "text/plain");
  const ms = performance.now() - started;
  if (!(totals.tokens > 0)) throw new Error("A kernel has found nothing");
  return ms;
}

/** The JSON of an answer. @throws {Error} If it is none of success. */
async function post(url: string, body: BodyInit, type: string) {
  const response = await fetch(url, { method: "POST", body, headers: { "content-type": type } });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot post to ${url}: ${text}`);
  return JSON.parse(text);
}
