import { MovingSegment } from "../../reduce/moving_segment.ts";
import { Segment } from "../../reduce/segment.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import { Slab } from "./slab.ts";

/** Where small segments are copied to. */
const slab = new Slab();

/** A larger segment is worth a buffer with pages of its own, if it is read once. */
const LARGE_SEGMENT_BYTES = 1024 * 1024;

/**
 * Copies a job's segment out of shared memory and gives its pages back.
 *
 * @param readOnce Whether a large one should be a MovingSegment.
 */
export function takeSegment(block: JobBlock, readOnce = false): Segment {
  const { segmentBytes: bytes, segmentKeys: keys } = block;
  const segment = readOnce && bytes.length > LARGE_SEGMENT_BYTES
    ? new MovingSegment(bytes, keys)
    : new Segment(slab.copy(bytes), keys);
  block.freeSegment();
  return segment;
}
