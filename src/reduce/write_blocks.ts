/** Writes blocks to a new file; each is written before the next is asked for. */
export async function writeBlocks(
  path: string,
  blocks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const block of blocks) {
    for (let at = 0; at < block.length;) at += await file.write(block.subarray(at));
  }
}
