import { BlockReader } from "../input/byte_stream.ts";
import { inTime, type SourceLimits } from "../input/source.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import { addressOf } from "./node_address.ts";
import type { Signatures } from "./signatures.ts";
import { outputPath } from "./split_outputs.ts";
import type { SplitOutput } from "./split_task.ts";
import { writeBlocks } from "./write_blocks.ts";

/** How long a node may be silent that is asked for an output. */
const SILENCE: SourceLimits = { readTimeoutMs: 30_000 };

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
export async function fetchOutput(
  { node, token, bytes, keys }: SplitOutput,
  job: string,
  path: string,
  signatures: Signatures,
): Promise<FileSegment> {
  const from = addressOf(node, outputPath(job, token));
  let isNodeGone = true;
  try {
    const headers = { authorization: await signatures.sign("GET", from) };
    const asked = fetch(from, { headers, redirect: "error" });
    const response = await inTime(asked, undefined, SILENCE);
    if (response.status !== 200) {
      isNodeGone = false;
      await response.body?.cancel();
      throw new Error(`the node answers ${response.status}`);
    }
    await writeBlocks(path, new BlockReader(response.body!, SILENCE));
    const segment = FileSegment.adopt(path, keys);
    if (segment.byteLength === bytes) return segment;
    isNodeGone = false;
    segment.close();
    throw new Error(`${segment.byteLength} of ${bytes} bytes came`);
  } catch (cause) {
    await Deno.remove(path).catch(() => {});
    const message = `Cannot fetch an output from ${node}: ${(cause as Error).message}`;
    throw new OutputLost(message, { cause, isNodeGone });
  }
}
