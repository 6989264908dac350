import { PAGE_BYTES, PAGE_ENGINE, SCRATCH_BYTES } from "../../assembly/layout.ts";
import { slotPages } from "../shared/input_slots.ts";
import type { SharedHeap } from "../shared/shared_heap.ts";
import type { SpillMessage } from "../shared/messages.ts";
import { type FilledEngineOptions, jobPageLimit } from "./engine_options.ts";
import { SpillDirectory, temporaryDirectory } from "./spill_directory.ts";

/** Each worker's own room for a batch or a merge, for when the allocator has none. */
const AREA_PAGES = 8;
/** A table's least room in the reserve; beside it, a chunk may have to be copied and repaired. */
const TABLE_PAGES = 16;
const COPIES = 4;

/** Parts of the memory: what the tables of a job may take, and what its batches may. */
const TABLE_SHARE = 0.4;
const BATCH_SHARE = 0.5;

/** A partition is merged as one task: so many pages of memory for each, and at most 64. */
const PAGES_PER_PARTITION = 64;
const MOST_PARTITION_BITS = 6;

/** How jobs of an engine spill. */
export interface SpillPlan {
  readonly directory: SpillDirectory;
  readonly maxBytes: number;
  /** Most pages of one table of a job. */
  readonly tablePages: number;
  /** Partitions on disk, log 2. */
  readonly partitionBits: number;
  /** Bytes of memory that are set apart for spilling. */
  readonly reservedBytes: number;
  /**
   * What the host tells the thread of a place; undefined when there is no room for it. Places beyond
   * the number of workers, for threads that replace others which have not ended, have an area but
   * no reserve.
   */
  messageFor(place: number): SpillMessage | undefined;
  /** Whether pages of an owner are in a place's reserve. */
  isInReserve(place: number, owner: number): boolean;
}

/**
 * Divides an engine's memory between tables and what takes them to disk, and takes the workers'
 * reserves; before scratches and input slots are taken.
 *
 * @returns Undefined where the engine has no disk.
 * @throws {RangeError} If memory is too small for the reserves.
 */
export function planSpill(heap: SharedHeap, options: FilledEngineOptions): SpillPlan | undefined {
  const { maxSpillBytes: maxBytes, workers, chunkBytes } = options;
  const parent = options.spillDirectory ?? temporaryDirectory();
  if (parent === undefined || parent === false) return undefined;
  const reservePages = TABLE_PAGES + Math.ceil(COPIES * chunkBytes / PAGE_BYTES);
  const areas: number[] = [];
  for (let place = 0; place < workers; place++) {
    areas.push(heap.pages.allocate(AREA_PAGES, PAGE_ENGINE));
  }
  const reserves = heap.pages.reserve(reservePages * workers);
  if (areas.includes(0) || reserves === 0) {
    throw new RangeError(
      `Cannot reserve ${reservePages + AREA_PAGES} pages for each of ${workers} workers to spill ` +
        "with: memory is too small",
    );
  }
  const { fresh, free } = heap.pages.usage();
  const pages = Math.max(
    0,
    Math.min(fresh + free - pagesToCome(options), jobPageLimit(heap, options)),
  );
  const directory = new SpillDirectory(parent);
  return {
    directory,
    maxBytes,
    tablePages: Math.max(1, Math.floor(pages * TABLE_SHARE / workers)),
    partitionBits: partitionBits(heap.pages.total),
    get reservedBytes() {
      const used = areas.filter((area) => area !== 0).length;
      return (used * AREA_PAGES + workers * reservePages) * PAGE_BYTES;
    },
    isInReserve(place, owner) {
      if (place >= workers) return false;
      return heap.pages.holds(owner, reserves + place * reservePages * PAGE_BYTES, reservePages);
    },
    messageFor(place) {
      const hasReserve = place < workers;
      areas[place] ||= heap.pages.allocate(AREA_PAGES, PAGE_ENGINE);
      if (areas[place] === 0) return undefined;
      return {
        directory: directory.path,
        maxBytes,
        area: areas[place],
        areaBytes: AREA_PAGES * PAGE_BYTES,
        batchPages: Math.floor(pages * BATCH_SHARE / workers),
        reserve: hasReserve ? reserves + place * reservePages * PAGE_BYTES : 0,
        reserveBytes: hasReserve ? reservePages * PAGE_BYTES : 0,
      };
    },
  };
}

/** Pages that scratches and input slots will take. */
function pagesToCome({ workers, slotsPerWorker, chunkBytes }: FilledEngineOptions): number {
  return workers * SCRATCH_BYTES / PAGE_BYTES + workers * slotsPerWorker * slotPages(chunkBytes);
}

function partitionBits(pages: number): number {
  const bits = Math.floor(Math.log2(pages / PAGES_PER_PARTITION));
  return Math.min(Math.max(bits, 0), MOST_PARTITION_BITS);
}
