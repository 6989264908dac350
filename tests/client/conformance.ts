import { deepStrictEqual as equal, ok, rejects } from "node:assert/strict";
import type { Counter, Input, JobEvent, ResultRow } from "../../src/client/mod.ts";

// It runs in every runtime that counters are for, so it uses nothing but the language, `fetch`'s
// classes and node:assert.

/** What every counter must do, whatever counts behind it. */
export interface Rule {
  name: string;
  check(counter: Counter): Promise<void>;
}

const TEXT = "to be or not to be";
const TWO = [{ key: "be", count: 2 }, { key: "to", count: 2 }];
const encode = (text: string) => new TextEncoder().encode(text);

/** A body that never ends, after a text. */
function endless(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(encode(text)) });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* partsOf(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield await Promise.resolve(encode(letter));
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => "none", (error) => error.code ?? error.name);
}

export const RULES: readonly Rule[] = [{
  name: "counts every kind of input",
  async check(counter) {
    const inputs: Input[] = [
      TEXT,
      encode(TEXT),
      new Blob([TEXT]),
      partsOf(TEXT),
      () => Promise.resolve(partsOf(TEXT)),
      { texts: ["to be or", "not to be"] },
      TEXT.split(" "),
    ];
    for (const input of inputs) {
      const { totals, counts, accounting, otherKeys } = await counter.count(input, { top: 2 });
      equal([counts, totals.tokens, otherKeys], [TWO, 6, 2]);
      equal(accounting.bytesIn, accounting.bytesCounted);
    }
  },
}, {
  name: "takes the options of the HTTP interface, and repeats them",
  async check(counter) {
    const { counts, options } = await counter.count("A a b, b c", {
      case: "preserve",
      n: 2,
      stopWords: ["c"],
      columns: ["rank"],
      order: "value",
    });
    equal(counts.map(({ key, rank }) => [key, rank]), [["A a", 1], ["a b", 2], ["b b", 3]]);
    equal([options.case, options.n, options.order], ["preserve", 2, "value"]);
    const grouped = await counter.count("c,n\nOslo,12\nRome,3\nOslo,30\n", {
      kernel: "csv-group",
      kernelOptions: { by: 0, sum: 1 },
    });
    equal(grouped.counts, [{ key: "Oslo", value: 42 }, { key: "Rome", value: 3 }]);
  },
}, {
  name: "refuses what is wrong, as a problem with its class",
  async check(counter) {
    const wrong: [() => Promise<unknown>, string][] = [
      [() => counter.count(TEXT, { top: -1 }), "invalid-parameter"],
      [() => counter.count(TEXT, { nope: 1 } as object), "unknown-parameter"],
      [() => counter.count(TEXT, { kernel: "nope" }), "unknown-kernel"],
      [() => counter.count(""), "empty-body"],
      [() => counter.rows(encode("a\xffb"), { charset: "nope" }).next(), "unknown-charset"],
      [() => counter.jobs.submit("", {}).done, "empty-body"],
      [() => counter.jobs.submit("a", { id: "no uuid" }).done, "invalid-id"],
    ];
    for (const [ask, code] of wrong) equal(await codeOf(ask()), code);
    await rejects(counter.count(TEXT, { n: 9 }), (error: Error & Record<string, unknown>) => {
      equal([error.name, error.status], ["InvalidParameterError", 400]);
      equal((error.problem as Record<string, unknown>).parameter, "n");
      ok(error.requestId);
      return true;
    });
  },
}, {
  name: "gives rows one by one",
  async check(counter) {
    const text = Array.from({ length: 20_000 }, (_, i) => `key_${i}`).join(" ");
    const rows = await collect(counter.rows(text, { top: 0, order: "key" }));
    equal([rows.length, rows[0]], [20_000, { key: "key_0", count: 1 }]);
    equal(await collect(counter.rows(text, { top: 0, order: "key", format: "arrow" })), rows);
    const [exact] = await collect(counter.rows("höher höher", { exact: true }));
    equal(exact, { key: "höher", count: 2n });
    for await (const _ of counter.rows(text, { top: 0 })) break;
  },
}, {
  name: "maps inputs in their order, and throws when the turn of a bad one comes",
  async check(counter) {
    const texts = Array.from({ length: 20 }, (_, i) => "x ".repeat(1 + (i * 7) % 50));
    const tokens = (await collect(counter.map(texts))).map(({ totals }) => totals.tokens);
    equal(tokens, texts.map((text) => text.length / 2));
    const seen: number[] = [];
    const code = await codeOf((async () => {
      for await (const { totals } of counter.map(["a", "b b", "", "c"], { lookAhead: 4 })) {
        seen.push(totals.tokens);
      }
    })());
    equal([seen, code], [[1, 2], "empty-body"]);
    for await (const _ of counter.map([TEXT, endless("a")])) break; // the other one is ended
    const late = counter.map([endless("a")], { signal: AbortSignal.timeout(5) });
    equal(await late.next().catch((error) => error.name), "TimeoutError");
  },
}, {
  name: "submits jobs, which are awaited, watched and read",
  async check(counter) {
    const job = counter.jobs.submit(TEXT, { top: 2 });
    const events: JobEvent[] = await collect(job.events());
    equal(events.at(-1)?.event, "done");
    const { state, totals, id } = await job.done;
    equal([state, totals?.keys, id], ["done", 4, job.id]);
    equal((await job.result()).counts, TWO);
    const rows: ResultRow[] = await collect(job.rows({ top: 0, order: "key" }));
    equal(rows.map(({ key }) => key), ["be", "not", "or", "to"]);
    await job.cancel();
    equal(await codeOf(job.status()), "unknown-job");
  },
}, {
  name: "cancels jobs, also by leaving their scope",
  async check(counter) {
    const job = counter.jobs.submit(endless("a b"));
    const done = codeOf(job.done);
    await job.cancel();
    equal([await done, await codeOf(job.uploaded)], ["job-cancelled", "job-cancelled"]);
    let left;
    {
      await using other = left = counter.jobs.submit(endless("a b"));
      ok(other.id);
    }
    equal(await codeOf(left.done), "job-cancelled");
  },
}, {
  name: "ends at once when its signal is aborted, and when its time is up",
  async check(counter) {
    const caller = new AbortController();
    const reason = new Error("enough");
    const counting = counter.count(endless("a"), { signal: caller.signal });
    setTimeout(() => caller.abort(reason));
    equal(await counting.catch((error) => error), reason);
    const late = counter.count(endless("a"), { timeoutMs: 5 });
    equal(await late.catch((error) => error.name), "TimeoutError");
    const aborted = { signal: AbortSignal.abort(reason) };
    equal(await counter.rows(TEXT, aborted).next().catch((error) => error), reason);
    equal(await collect(counter.map([TEXT], aborted)).catch((error) => error), reason);
  },
}];
