import type { Engine } from "../../../src/engine/engine.ts";
import { JobError } from "../../../src/contract/problems.ts";
import { prose } from "../oracle/generate_text.ts";
import type { Random } from "../random.ts";
import { pause } from "../waits.ts";

const encoder = new TextEncoder();

/** How jobs of a mix have ended, by state and by error code. */
export type Endings = Map<string, number>;

/** `keys` different words in a scrambled order, `rounds` times, piece by piece. */
export function scrambledWords(keys: number, rounds: number): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next >= keys * rounds) return controller.close();
      const parts = [];
      for (let i = 0; i < 5000 && next < keys * rounds; i++) {
        parts.push(`n${(next++ * 7919) % keys}`);
      }
      controller.enqueue(encoder.encode(parts.join(" ") + " "));
    },
  });
}

/**
 * Jobs of every kind and end: small and large, with n-grams, invalid, empty, cancelled, too late,
 * and some that spill if the engine is small. A few are in the engine at once.
 */
export class MixedJobs {
  readonly endings: Endings = new Map();
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #spillingKeys: number;
  readonly #running = new Set<Promise<void>>();

  /** @param spillingKeys How many keys make a job spill. */
  constructor(engine: Engine, random: Random, spillingKeys: number) {
    this.#engine = engine;
    this.#random = random;
    this.#spillingKeys = spillingKeys;
  }

  /** Runs so many jobs to their end, up to eight at once. */
  async run(jobs: number): Promise<void> {
    for (let i = 0; i < jobs; i++) {
      const job = this.#one().finally(() => this.#running.delete(job));
      this.#running.add(job);
      if (this.#running.size >= 8) await Promise.race(this.#running);
    }
    await Promise.all(this.#running);
  }

  async #one(): Promise<void> {
    const kind = this.#random.below(20);
    try {
      this.#note(await this.#start(kind));
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      this.#note(error.code);
    }
  }

  #note(ending: string): void {
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
  }

  async #start(kind: number): Promise<string> {
    const random = this.#random;
    if (kind === 0) return await this.#spilling(true);
    if (kind === 1) return await this.#spilling(false);
    const text = encoder.encode(prose(random, 1 + random.below(kind === 2 ? 300_000 : 5000)));
    if (kind === 3) text[text.length >> 1] = 0xff;
    const options = {
      n: kind < 6 ? 1 + random.below(3) : 1,
      invalid: kind === 3 ? "reject" : "replace",
      tokenizer: (["unicode", "whitespace", "ascii", "lines"] as const)[random.below(4)],
      top: random.below(3) * 10,
    } as const;
    const input = kind === 4 ? new Uint8Array(0) : kind === 5 ? slowly(text) : text;
    const job = this.#engine.submit(input, options, kind === 5 ? { timeoutMs: 5 } : {});
    if (kind === 6) job.cancel();
    const { segment } = await job.done;
    segment.close();
    return "done";
  }

  async #spilling(cancelled: boolean): Promise<string> {
    const keys = this.#spillingKeys;
    const job = this.#engine.submit(scrambledWords(keys, 1), { top: 0, tokenizer: "ascii" });
    if (cancelled) {
      const after = this.#random.below(keys);
      for await (const { tokens } of job.progress({ intervalMs: 1 })) {
        if (tokens >= after) job.cancel();
      }
    }
    const { segment, totals, spilled } = await job.done;
    segment.close();
    if (totals.keys !== keys) throw new Error(`${totals.keys} keys of ${keys}`);
    return spilled ? "spilled" : "done";
  }
}

/** A text that stalls behind its first half. */
function slowly(text: Uint8Array): ReadableStream<Uint8Array> {
  let half = 0;
  return new ReadableStream({
    async pull(controller) {
      if (half++ === 0) return controller.enqueue(text.slice(0, text.length >> 1));
      await pause(20);
      controller.enqueue(text.slice(text.length >> 1));
      controller.close();
    },
  });
}
