import { createPullStream } from "../async/pull_stream.ts";
import { sleep } from "../async/sleep.ts";
import { OUTPUT_BLOCK_BYTES } from "./block_writer.ts";

/** One block of output. */
export type Block = Uint8Array<ArrayBuffer>;

/** Blocks of output, made one by one as they are asked for. */
export type OutputBlocks = Generator<Block, void, void>;

/**
 * A body of blocks: one array when there is one block, which is the fastest response there is,
 * or else a stream that makes a block when the client has taken the last. A client that goes away
 * ends the blocks.
 */
export function createBody(
  blocks: OutputBlocks,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> {
  const first = blocks.next();
  if (first.done) return new Uint8Array(0);
  if (first.value.length >= OUTPUT_BLOCK_BYTES) return streamBlocks([first.value], blocks);
  const second = blocks.next();
  return second.done ? first.value : streamBlocks([first.value, second.value], blocks);
}

function streamBlocks(
  made: Uint8Array<ArrayBuffer>[],
  blocks: OutputBlocks,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const next = async () => {
    while (true) {
      const block = made.shift() ?? blocks.next().value ?? undefined;
      if (block?.length !== 0) return block;
      await turn();
    }
  };
  return createPullStream(next, () => void blocks.return());
}

/** Lets everything else that is ready run first. */
export function turn(): Promise<void> {
  return sleep(0);
}
