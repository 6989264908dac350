import { Segment } from "../../reduce/segment.ts";
import type { JobBlock } from "../../shared/job_block.ts";
import { Slab } from "./slab.ts";

/** Where small segments are copied to. */
const slab = new Slab();

/** Copies a job's segment out of the kernels' memory and gives its pages back. */
export function copySegment(block: JobBlock): Segment {
  const segment = new Segment(slab.copy(block.segmentBytes), block.segmentKeys);
  block.freeSegment();
  return segment;
}
