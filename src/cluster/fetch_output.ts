import { ignoreError } from "../async/own.ts";
import { BlockReader } from "../input/byte_stream.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import { askNode, NotThere, SILENCE } from "./ask_node.ts";
import { OutputIndex } from "./output_index.ts";
import type { Signatures } from "./signatures.ts";
import { outputPath } from "./split_outputs.ts";
import type { SplitOutput } from "./split_task.ts";
import { writeBlocks } from "../reduce/write_blocks.ts";

/** An output cannot be had any more: its node is gone, or has let go of it. */
export class OutputLost extends Error {
  override readonly name = "OutputLost";
  /** Whether the node has not answered at all, or not to the end: all that it had is lost. */
  readonly isNodeGone: boolean;
  /** Whether this output was asked for, and not another one of the node. */
  readonly wasAsked: boolean;

  constructor(
    message: string,
    { isNodeGone = false, wasAsked = true, ...options }: ErrorOptions & {
      isNodeGone?: boolean;
      wasAsked?: boolean;
    },
  ) {
    super(message, options);
    this.isNodeGone = isNodeGone;
    this.wasAsked = wasAsked;
  }
}

/**
 * Fetches the keys of a split from the node that has counted it.
 *
 * @param path Of a file that is made for it, and that goes with the segment.
 * @returns A segment, which the caller closes.
 * @throws {OutputLost} If it is not all there.
 */
export function fetchOutput(
  { node, token, bytes, keys }: SplitOutput,
  job: string,
  path: string,
  signatures: Signatures,
): Promise<FileSegment> {
  return unlessLost(node, path, async () => {
    const body = await askNode(node, outputPath(job, token), signatures);
    await writeBlocks(path, new BlockReader(body, SILENCE));
    const segment = FileSegment.named(path, keys);
    if (segment.byteLength === bytes) return segment;
    segment.close();
    throw new NotThere(`${segment.byteLength} of ${bytes} bytes came`);
  });
}

/**
 * Fetches some of the keys of a split.
 *
 * @param open Opens them at the node that has them.
 * @param path As of fetchOutput.
 * @throws {OutputLost} If they are not all there.
 * @throws The signal's reason if it is aborted first.
 */
export async function fetchRange(
  node: string,
  open: () => Promise<ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>>,
  path: string,
  signal: AbortSignal,
): Promise<FileSegment> {
  try {
    return await unlessLost(node, path, async () => {
      signal.throwIfAborted();
      const opened = await open();
      const blocks = opened instanceof ReadableStream ? new BlockReader(opened, SILENCE) : opened;
      const index = new OutputIndex();
      await writeBlocks(path, index.watch(unlessUnwanted(blocks, signal)));
      return FileSegment.named(path, index.keys);
    });
  } catch (error) {
    signal.throwIfAborted(); // else it would be told as lost
    throw error;
  }
}

async function* unlessUnwanted(
  blocks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const block of blocks) {
    signal.throwIfAborted();
    yield block;
  }
}

/** Leaves no file where an output is lost. */
async function unlessLost(
  node: string,
  path: string,
  fetchIt: () => Promise<FileSegment>,
): Promise<FileSegment> {
  try {
    return await fetchIt();
  } catch (cause) {
    await Deno.remove(path).catch(ignoreError);
    const isNodeGone = !(cause instanceof NotThere || cause instanceof Deno.errors.NotFound);
    const message = `Cannot fetch an output from ${node}: ${(cause as Error).message}`;
    throw new OutputLost(message, { cause, isNodeGone });
  }
}
