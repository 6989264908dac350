import type { JobResult } from "../engine/job_contract.ts";
import type { OutputBlocks } from "./body.ts";
import { REST } from "./rest.ts";

/** Closes what the blocks are made of, after the last one or when their reader goes. */
export function closing(blocks: OutputBlocks, close: () => void): OutputBlocks {
  const closed = closeBehind(blocks, close);
  closed.next(); // a generator that has not begun would end without its `finally`
  return closed;
}

/** Closes a result's segment behind its blocks; one in memory needs none. */
export function closingSegment(
  blocks: OutputBlocks,
  { segment }: Pick<JobResult, "segment">,
): OutputBlocks {
  return segment.mustClose ? closing(blocks, () => segment.close()) : blocks;
}

function* closeBehind(blocks: OutputBlocks, close: () => void): OutputBlocks {
  try {
    yield REST;
    yield* blocks;
  } finally {
    close();
  }
}
