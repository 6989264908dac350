import { createHash } from "node:crypto";

const LINE_FEED = 0x0a;

/** The SHA-256 of a text that is too large to be kept, in hexadecimal digits, and how many lines it has. */
export async function digestOf(
  stream: ReadableStream<Uint8Array>,
): Promise<{ digest: string; lines: number }> {
  const hash = createHash("sha256");
  let lines = 0;
  for await (const block of stream) {
    hash.update(block);
    for (let at = block.indexOf(LINE_FEED); at >= 0; at = block.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return { digest: hash.digest("hex"), lines };
}
