import { MovingSegment } from "../../reduce/moving_segment.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import { copySegment } from "./copy_segment.ts";

/** A larger segment is worth a buffer with pages of its own, if it is read once. */
const LARGE_SEGMENT_BYTES = 1024 * 1024;

/**
 * As copySegment.
 *
 * @param readOnce Whether a large one should be a MovingSegment.
 */
export function takeSegment(block: JobBlock, readOnce = false): Segment {
  const { segmentBytes: bytes, segmentKeys: keys } = block;
  if (!readOnce || bytes.byteLength <= LARGE_SEGMENT_BYTES) return copySegment(block);
  const segment = new MovingSegment(bytes, keys);
  block.freeSegment();
  return segment;
}
