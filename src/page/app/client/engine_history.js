/** @typedef {import("../../../contract/engine_status.ts").EngineDocument} EngineDocument */

/**
 * What an engine did between two looks.
 *
 * @typedef {object} Span
 * @property {number} startMs Since the engine began.
 * @property {number} ms
 * @property {number[]} busy For each thread, the part of this time in which it was busy, 0 to 1.
 * @property {number} bytes That were counted.
 * @property {number} queued Tasks that waited at its end.
 */

/** Spans that are kept: five minutes of seconds. */
export const MOST_SPANS = 300;

/** What an engine has done since somebody looks. */
export class EngineHistory {
  spans = /** @type {Span[]} */ ([]);
  /** @type {EngineDocument | undefined} */
  last;

  /** @param {EngineDocument} now Of another engine, as behind a restart, all begins anew. */
  add(now) {
    const before = this.last;
    this.last = now;
    if (before === undefined || now.uptimeMs < before.uptimeMs) {
      this.spans = [];
      return;
    }
    const ms = now.uptimeMs - before.uptimeMs;
    if (ms === 0) return;
    this.spans.push({
      startMs: before.uptimeMs,
      ms,
      busy: now.threads.map(({ busyMs }, i) =>
        Math.min(1, Math.max(0, busyMs - (before.threads[i]?.busyMs ?? 0)) / ms)
      ),
      bytes: Math.max(0, now.counted.bytes - before.counted.bytes),
      queued: now.tasks.queued,
    });
    if (this.spans.length > MOST_SPANS) this.spans.shift();
  }

  /** Bytes a second in the last span. */
  get rate() {
    const span = this.spans.at(-1);
    return span === undefined ? 0 : 1000 * span.bytes / span.ms;
  }

  /**
   * All of it in Chrome's trace format, which Perfetto reads: how busy each thread was, as slices
   * of that length at the beginning of their span, and the bytes that were counted.
   */
  toTrace() {
    const pid = 1;
    const names = (this.last?.threads ?? []).map((_, i) => ({
      name: "thread_name",
      ph: "M",
      pid,
      tid: i + 1,
      args: { name: `worker ${i}` },
    }));
    const slices = this.spans.flatMap(({ startMs, ms, busy, bytes, queued }) =>
      busy.flatMap((share, i) =>
        share === 0 ? [] : [{
          name: "busy",
          ph: "X",
          ts: Math.round(1000 * startMs), // microseconds
          dur: Math.max(1, Math.round(1000 * ms * share)),
          pid,
          tid: i + 1,
          args: { share, bytes, queued },
        }]
      )
    );
    return { displayTimeUnit: "ms", traceEvents: [...names, ...slices] };
  }
}
