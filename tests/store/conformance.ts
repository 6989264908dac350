import { assert, assertEquals } from "@std/assert";
import { DEFAULT_COUNT_OPTIONS, DEFAULT_OUTPUT_OPTIONS } from "../../src/contract/options.ts";
import { keyOfId, shownId } from "../../src/store/client_id.ts";
import {
  claim,
  createJobId,
  finish,
  handBack,
  type JobFailure,
  type JobRecord,
  RECORD_VERSION,
} from "../../src/store/job_record.ts";
import type { JobStore } from "../../src/store/job_store.ts";
import { resultOf } from "../support/results.ts";
import { resultOfValues } from "../support/value_results.ts";
import type { ValueRecord } from "../support/values.ts";

/** A store under test. */
export interface OpenStore extends AsyncDisposable {
  store: JobStore;
}

/** A driver that the suite runs against. */
export interface Driver {
  name: string;
  /** Opens an empty store that tells time by `clock`. */
  open(clock: { now: number }): Promise<OpenStore>;
}

const COUNTS: [string, number][] = [["b", 3], ["a", 2]];
const FAILURE: JobFailure = { code: "out_of_memory", message: "Cannot count", details: {} };

/** A job that runs, owned by `owner`. */
export function recordOf(change: Partial<JobRecord> = {}): JobRecord {
  return {
    version: RECORD_VERSION,
    id: createJobId(),
    state: "running",
    createdAt: 1,
    startedAt: 1,
    attempt: 1,
    owner: "owner",
    options: DEFAULT_COUNT_OPTIONS,
    output: DEFAULT_OUTPUT_OPTIONS,
    progress: { bytes: 0, chunks: 0, tokens: 0 },
    ...change,
  };
}

/** Makes the job and ends it as done. */
export async function addDone(store: JobStore, record: JobRecord, now = 0, ttlMs = 1000) {
  const version = await store.create(record);
  const result = resultOf(COUNTS);
  const seal = await store.saveResult(record.id, record.attempt, result.segment);
  const done = finish(record, result, { now, ttlMs, progress: record.progress, seal });
  assert(await store.replace(done, version!));
  return done;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function keysOf(store: JobStore, done: JobRecord): Promise<number | undefined> {
  const segment = await store.loadResult(done);
  segment?.close();
  return segment?.keys;
}

/** What every store does, whatever it keeps jobs in. */
export function testStore({ name, open }: Driver): void {
  const test = (what: string, run: (store: JobStore, clock: { now: number }) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      const clock = { now: 0 };
      await using opened = await open(clock);
      await run(opened.store, clock);
    });

  test("a job moves from its making to its end, and its result can be read", async (store) => {
    const record = recordOf();
    const version = await store.create(record);
    assertEquals(await store.get(record.id), { record, version: version! });
    assertEquals((await collect(store.unfinished())).map((each) => each.record), [record]);
    const result = resultOf(COUNTS);
    const seal = await store.saveResult(record.id, 1, result.segment);
    assertEquals(await store.loadResult(record), undefined);
    const done = finish(record, result, { now: 5, ttlMs: 10, progress: record.progress, seal });
    assert(await store.replace(done, version!));
    assertEquals((await store.get(record.id))?.record, done);
    assertEquals(await collect(store.unfinished()), []);
    const segment = await store.loadResult(done);
    assertEquals(segment?.toArray(), result.segment.toArray());
    segment!.close();
  });

  test("a result of values is kept bit by bit, and says what it is", async (store) => {
    const rows: ValueRecord[] = [["b", 2n ** 63n - 1n], ["a", -(2n ** 63n)], ["é", -1n]];
    const values = { op: "sum", type: "i64" } as const;
    const record = recordOf();
    const version = await store.create(record);
    const result = resultOfValues(rows, values);
    const seal = await store.saveResult(record.id, 1, result.segment);
    const end = { now: 5, ttlMs: 10, progress: record.progress, seal };
    assert(await store.replace(finish(record, result, end), version!));
    const { record: done } = (await store.get(record.id))!;
    assertEquals(done.result!.values, values);
    assertEquals(done.totals, result.totals);
    const segment = (await store.loadResult(done))!;
    const cursor = segment.records();
    const kept = rows.map(() => cursor.next() && cursor.integer);
    assertEquals([kept, cursor.next()], [rows.map(([, value]) => value), false]);
    segment.close();
  });

  test("only who has the last version moves a job", async (store) => {
    const record = recordOf();
    const first = (await store.create(record))!;
    const handed = handBack(record);
    const second = (await store.replace(handed, first))!;
    assertEquals(await store.replace(record, first), undefined);
    assertEquals((await store.get(record.id))?.record, handed);
    const claims = ["a", "b"].map((owner) => store.replace(claim(handed, owner, 2), second));
    assertEquals((await Promise.all(claims)).filter((version) => version).length, 1);
    assertEquals((await store.get(record.id))?.record.attempt, 2);
  });

  test("what ends while the unfinished are listed is not listed any more", async (store) => {
    const records = Array.from({ length: 30 }, (_, i) => recordOf({ id: createJobId(i) }));
    const versions = [];
    for (const record of records) versions.push(await store.create(record));
    let listed = 0;
    for await (const { record } of store.unfinished()) {
      assertEquals(record.state, "running");
      if (listed++ > 0) continue;
      for (const [i, each] of records.entries()) {
        const failure = { code: "job_cancelled", message: "", details: {} } as const;
        const ended = finish(each, failure, { now: 0, ttlMs: 9, progress: each.progress });
        if (i > 0) assert(await store.replace(ended, versions[i]!));
      }
    }
    assert(listed <= 10, `${listed} were listed`);
  });

  test("of a finish and a removal one wins, and nothing is left", async (store) => {
    for (const finishFirst of [true, false]) {
      const record = recordOf();
      const version = (await store.create(record))!;
      const result = resultOf(COUNTS);
      await store.saveResult(record.id, 1, result.segment);
      const done = finish(record, result, { now: 0, ttlMs: 10, progress: record.progress });
      const finishing = finishFirst ? store.replace(done, version) : undefined;
      const removing = store.remove(record.id);
      const moved = await (finishing ?? store.replace(done, version));
      assertEquals(await removing, true);
      if (!moved) await store.dropResult(record.id, 1); // as the owner does that comes too late
      assertEquals(await store.get(record.id), undefined);
      assertEquals(await store.loadResult(done), undefined);
      assertEquals(await collect(store.unfinished()), []);
      assertEquals(await collect(store.list(undefined)), []);
      assertEquals(await store.remove(record.id), false);
    }
  });

  test("attempts write to places of their own", async (store) => {
    const record = recordOf();
    const version = (await store.create(record))!;
    const again = claim(record, "other", 1);
    const claimed = (await store.replace(again, version))!;
    const [late, good] = [resultOf([["late", 1]]), resultOf(COUNTS)];
    const seal = await store.saveResult(record.id, 2, good.segment);
    await store.saveResult(record.id, 1, late.segment);
    const end = { now: 0, ttlMs: 10, progress: record.progress };
    assertEquals(await store.replace(finish(record, late, end), version), undefined);
    await store.dropResult(record.id, 1);
    const done = finish(again, good, { ...end, seal });
    assert(await store.replace(done, claimed));
    const segment = await store.loadResult(done);
    assertEquals(segment?.toArray(), good.segment.toArray());
    segment!.close();
  });

  test("nobody sees a job from its expiry on, and a sweep frees it", async (store, clock) => {
    const [early, late] = [recordOf(), recordOf()];
    const done = await addDone(store, early, 0, 10);
    await addDone(store, late, 0, 20);
    const running = recordOf();
    await store.create(running);
    clock.now = 9;
    await store.sweep();
    assertEquals((await store.get(early.id))?.record.state, "done");
    clock.now = 10;
    assertEquals(await store.get(early.id), undefined);
    assertEquals(await store.remove(early.id), false);
    await Promise.all([store.sweep(), store.sweep()]);
    clock.now = 0;
    assertEquals(await store.get(early.id), undefined);
    assertEquals(await store.loadResult(done), undefined);
    assertEquals((await store.get(late.id))?.record.state, "done");
    assertEquals((await store.get(running.id))?.record.state, "running");
  });

  test("a job that is moved after its end lives until its later expiry", async (store, clock) => {
    const record = recordOf();
    const done = await addDone(store, record, 0, 10);
    const { version } = (await store.get(record.id))!;
    const other = resultOf([["c", 9]]);
    const seal = await store.saveResult(record.id, 2, other.segment);
    const end = { now: 5, ttlMs: 20, progress: record.progress, seal };
    const moved = finish({ ...done, attempt: 2 }, other, end);
    assert(await store.replace(moved, version));
    await store.dropResult(record.id, 1);
    for (clock.now of [9, 10, 24]) {
      await store.sweep();
      const segment = await store.loadResult((await store.get(record.id))!.record);
      assertEquals(segment?.toArray(), [{ key: "c", count: 9 }]);
      segment!.close();
    }
    clock.now = 25;
    await store.sweep();
    clock.now = 0;
    assertEquals(await store.get(record.id), undefined);
  });

  test("a list holds the tenant's jobs alone, the newest first", async (store, clock) => {
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) {
      const record = recordOf({ id: createJobId(1000 + i), tenant: i % 2 ? "odd" : undefined });
      ids.unshift(record.id);
      if (i === 4) await addDone(store, record, 0, 10);
      else await store.create(record);
    }
    const even = ids.filter((_, i) => i % 2 === 0);
    const odd = ids.filter((_, i) => i % 2 === 1);
    const list = async (tenant?: string, before?: string) =>
      (await collect(store.list(tenant, before))).map((record) => record.id);
    assertEquals(await list(), even);
    assertEquals(await list("odd"), odd);
    assertEquals(await list("nobody"), []);
    assertEquals(await list("odd", odd[3]), odd.slice(4));
    assertEquals(await list("odd", odd.at(-1)), []);
    await store.remove(odd[1]);
    clock.now = 10;
    assertEquals(await list("odd"), odd.filter((id) => id !== odd[1]));
    assertEquals(await list(), even.filter((id) => id !== even[10]));
  });

  test("orphans are results without a job", async (store) => {
    const done = await addDone(store, recordOf());
    const running = recordOf();
    await store.create(running);
    const { segment } = resultOf(COUNTS);
    const seal = await store.saveResult(running.id, 1, segment);
    await store.saveResult(createJobId(), 1, segment);
    await store.dropOrphans(new AbortController().signal);
    assertEquals(await keysOf(store, done), segment.keys);
    const end = { now: 0, ttlMs: 9, progress: done.progress, seal };
    const ended = finish(running, resultOf(COUNTS), end);
    await store.replace(ended, (await store.get(running.id))!.version);
    assertEquals(await keysOf(store, ended), segment.keys);
  });

  test("orphans are no results of appends, of which any may come through", async (store) => {
    const { id } = await addDone(store, recordOf());
    const reserve = async () => {
      const { record, version } = (await store.get(id))!;
      const reserved = { ...record, attempt: record.attempt + 1 };
      assert(await store.replace(reserved, version));
      return reserved.attempt;
    };
    const attempt = await reserve();
    const result = resultOf([["c", 9]]);
    const seal = await store.saveResult(id, attempt, result.segment);
    await reserve(); // another append begins
    await store.dropOrphans(new AbortController().signal);
    const { record, version } = (await store.get(id))!;
    const moved = finish(record, result, { now: 0, ttlMs: 9, progress: record.progress, seal });
    const joined = { ...moved, result: { ...moved.result!, attempt } };
    assert(await store.replace(joined, version));
    await store.dropOrphans(new AbortController().signal);
    const segment = await store.loadResult(joined);
    assertEquals(segment?.toArray(), [{ key: "c", count: 9 }]);
    segment!.close();
  });

  test("a lease is kept until it is given up", async (store) => {
    await store.lease("a", 10);
    await store.lease("b", 20);
    await store.lease("a", 30);
    assertEquals(await store.leases(), new Map([["a", 30], ["b", 20]]));
    await store.lease("a");
    assertEquals(await store.leases(), new Map([["b", 20]]));
  });

  test("a key is held by one request, then stands for its job until that is gone", async (store) => {
    assertEquals(await store.requestKey("t", "k"), undefined);
    const holds = [store.holdRequestKey("t", "k", "one"), store.holdRequestKey("t", "k", "two")];
    const held = (await Promise.all(holds)).filter((hold) => hold !== undefined);
    assertEquals(held.length, 1);
    assertEquals((await store.requestKey("t", "k"))?.job, undefined);
    assert(await store.holdRequestKey("other", "k", "one"));
    const record = recordOf({ tenant: "t", requestKey: { name: "k", fingerprint: "f" } });
    assert(await store.create(record, held[0]));
    assertEquals((await store.requestKey("t", "k"))?.job, { id: record.id, fingerprint: "f" });
    await store.releaseRequestKey(held[0]); // too late to have an effect
    assertEquals((await store.requestKey("t", "k"))?.job?.id, record.id);
    await store.remove(record.id);
    assertEquals(await store.requestKey("t", "k"), undefined);
  });

  test("an id that a client made is no key of a header, and names its job alike", async (store) => {
    const [header, made] = [crypto.randomUUID(), crypto.randomUUID()];
    for (const [tenant, name] of [["t", made], ["t", keyOfId(made)], ["u", keyOfId(made)]]) {
      const hold = (await store.holdRequestKey(tenant, name, "one"))!;
      assert(hold, `${tenant} ${JSON.stringify(name)}`);
      const record = recordOf({ tenant, requestKey: { name, fingerprint: "f" } });
      assert(await store.create(record, hold));
      assertEquals((await store.requestKey(tenant, name))?.job?.id, record.id);
      const { record: kept } = (await store.get(record.id))!;
      assertEquals(shownId(kept), name === made ? record.id : made);
    }
    assertEquals(await store.requestKey("t", keyOfId(header)), undefined);
    assertEquals((await collect(store.list("t"))).length, 2);
    const { job } = (await store.requestKey("t", keyOfId(made)))!;
    await store.remove(job!.id);
    assertEquals(await store.requestKey("t", keyOfId(made)), undefined);
    assert(await store.requestKey("t", made));
    assert(await store.requestKey("u", keyOfId(made)));
  });

  test("a key that was taken when its job had expired outlives that job", async (store, clock) => {
    const hold = (await store.holdRequestKey("t", "k", "one"))!;
    const old = recordOf({ tenant: "t", requestKey: { name: "k", fingerprint: "f" } });
    const version = (await store.create(old, hold))!;
    await store.replace(
      finish(old, FAILURE, { now: 0, ttlMs: 10, progress: old.progress }),
      version,
    );
    clock.now = 10;
    const taken = await store.holdRequestKey(
      "t",
      "k",
      "two",
      (await store.requestKey("t", "k"))!.version,
    );
    await store.sweep();
    const next = recordOf({ tenant: "t", requestKey: { name: "k", fingerprint: "f" } });
    assert(await store.create(next, taken));
    assertEquals((await store.requestKey("t", "k"))?.job?.id, next.id);
  });

  test("a job is not made when its key was taken over or released", async (store) => {
    const hold = (await store.holdRequestKey(undefined, "k", "dead"))!;
    const entry = (await store.requestKey(undefined, "k"))!;
    const next = (await store.holdRequestKey(undefined, "k", "alive", entry.version))!;
    const record = recordOf({ requestKey: { name: "k", fingerprint: "f" } });
    assertEquals(await store.create(record, hold), undefined);
    assertEquals(await store.get(record.id), undefined);
    await store.releaseRequestKey(hold);
    assertEquals((await store.requestKey(undefined, "k"))?.owner, "alive");
    await store.releaseRequestKey(next);
    assertEquals(await store.requestKey(undefined, "k"), undefined);
  });
}
