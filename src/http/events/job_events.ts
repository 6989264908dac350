import { splitKeyText } from "../../contract/compound_keys.ts";
import type { KeyCount, ResultShape } from "../../contract/documents.ts";
import { numberName, shapeStyle } from "../../output/row_style.ts";
import type { JobCounters, JobState } from "../../engine/job_contract.ts";
import { encodeEvent, type EventBytes } from "./sse.ts";

type Progress = JobCounters & { state: JobState };

/** Makes the events of one running job: numbers them, and makes none without progress. */
export class JobEvents {
  #sequence = 0;
  #told = "";
  #bytes = 0;
  #at = performance.now();

  /** How far the job is, or undefined when nothing has changed since the last call. */
  progress({ state, bytes, chunks, tokens, splits }: Progress): EventBytes | undefined {
    const now = performance.now();
    const rate = this.#sequence === 0 ? 0 : (bytes - this.#bytes) / 1000 / (now - this.#at);
    const mbPerSecond = Math.round(rate * 10) / 10;
    const data = { state, bytes, chunks, tokens, splits, mbPerSecond }; // JSON leaves out undefined
    const told = JSON.stringify(data);
    if (told === this.#told) return undefined;
    this.#told = told;
    this.#bytes = bytes;
    this.#at = now;
    return this.#encode("progress", data);
  }

  /** The largest counts so far, about; or values, or what comes first of what is told of numbers. */
  top(counts: readonly KeyCount[], shape: ResultShape = {}): EventBytes {
    const { keyParts = 1 } = shape;
    const name = numberName(shapeStyle(shape));
    const rows = counts.map(({ key, count }) => ({
      key: keyParts === 1 ? key : splitKeyText(key),
      [name]: count,
    }));
    return this.#encode("top", { approximate: true, counts: rows });
  }

  #encode(event: string, data: unknown): EventBytes {
    return encodeEvent(event, String(++this.#sequence), data);
  }
}
