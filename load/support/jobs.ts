/** A text of as many distinct words, each once. @param radix Of the numbers in the words. */
export function distinctWords(words: number, radix = 10): string {
  const word = (i: number) => `word${(i * 2654435761 % 2 ** 32).toString(radix)}`;
  return Array.from({ length: words }, (_, i) => word(i)).join(" ");
}

/**
 * Has a text counted by a job, and waits for its end.
 *
 * @param keys Distinct words of the text.
 * @returns The path of its result.
 * @throws {Error} If it counts another number of keys.
 */
export async function countByJob(origin: string, body: string, keys: number): Promise<string> {
  const response = await fetch(`${origin}/v1/jobs?top=0`, { method: "POST", body });
  const { links } = await response.json();
  const job = await (await fetch(`${origin}${links.self}?wait=60`)).json();
  if (job.totals?.keys !== keys) throw new Error(`Cannot count: ${JSON.stringify(job)}`);
  return links.result;
}
