import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";
import { JobError } from "../../contract/problems.ts";
import { MovingSegment } from "../../reduce/moving_segment.ts";
import type { Segment } from "../../reduce/segment.ts";

const logger = getLogger(["millrace", "http"]);

/** Memory for all large answers together; beyond it, new ones go to disk or are refused. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A fast reader has the whole answer by then; the other answers go to disk. */
const MEMORY_MS = 1000;
/** How long an answer may stay unread without a disk, before it is given up. */
const UNREAD_MS = 60_000;
const TICK_MS = 500;

/** The room for answers, and a clock. */
export interface HeldAnswersParts {
  /** A new path on disk; undefined where there is no disk. */
  scratchPath?: () => string | undefined;
  /** @default {64 MiB} */
  maxBytes?: number;
  now?: () => number;
}

interface Held {
  segment: MovingSegment;
  /** Whether the move to disk has failed. */
  stays: boolean;
  since: number;
  /** How many windows its reader had read at the last look, and when that number last grew. */
  reads: number;
  readAt: number;
}

/**
 * Holds the records of large answers while their readers read them. A reader may be slow or stop,
 * so records move from memory to a file: after a second, or at once when memory is short. Without a
 * disk, all answers together have a bound, and an answer that is not read is given up.
 */
export class HeldAnswers {
  readonly #scratchPath: () => string | undefined;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #held = new Set<Held>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: HeldAnswersParts = {}) {
    this.#scratchPath = parts.scratchPath ?? (() => undefined);
    this.#maxBytes = parts.maxBytes ?? MOST_BYTES;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Memory that large answers hold. */
  get bytes(): number {
    let bytes = 0;
    for (const { segment } of this.#held) bytes += segment.memoryBytes;
    return bytes;
  }

  /**
   * Looks after the records of an answer until they are closed.
   *
   * @throws {JobError} `too_many_answers`; then the records are closed.
   */
  hold(segment: Segment): void {
    if (!(segment instanceof MovingSegment)) return; // small, or on disk
    const held = this.bytes;
    const isFull = held + segment.byteLength > this.#maxBytes;
    const path = isFull ? this.#scratchPath() : undefined;
    if (isFull && held > 0 && path === undefined) {
      segment.close();
      throw tooMany(held, this.#maxBytes);
    }
    const now = this.#now();
    const answer = { segment, stays: false, since: now, reads: 0, readAt: now };
    this.#held.add(answer);
    this.#startTimer();
    if (path !== undefined) own(this.#move(answer, path));
  }

  /** Looks after all answers; a timer calls it. */
  tick(): void {
    const now = this.#now();
    for (const answer of this.#held) {
      // A file needs no watch: if its reader is lost, the garbage collector removes it.
      if (!answer.segment.inMemory) this.#held.delete(answer);
      else this.#look(answer, now);
    }
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(answer: Held, now: number): void {
    const { segment, stays, since, reads } = answer;
    if (now - since < MEMORY_MS) return;
    const path = stays ? undefined : this.#scratchPath();
    if (path !== undefined) return own(this.#move(answer, path));
    if (segment.reads !== reads) {
      answer.reads = segment.reads;
      answer.readAt = now;
    } else if (now - answer.readAt >= UNREAD_MS) {
      segment.giveUp(new Error(`Nobody has read the answer for ${UNREAD_MS} ms`));
    }
  }

  async #move(answer: Held, path: string): Promise<void> {
    try {
      await answer.segment.move(path);
    } catch (error) {
      answer.stays = true;
      logger.warn("Cannot move a large answer to disk", { error });
    }
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    Deno.unrefTimer(this.#timer);
  }
}

function tooMany(held: number, limit: number): JobError {
  return new JobError(
    "too_many_answers",
    `Cannot answer: ${held} bytes of large answers wait for their readers; the limit is ${limit}`,
    { details: { limit, bytes: held } },
  );
}
