import { Grouper } from "../../src/algebra/grouper.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { createApp } from "../../src/app.ts";
import { DEFAULT_BODY_OPTIONS } from "../../src/contract/options.ts";
import { Engine } from "../../src/engine/engine.ts";
import { createReplay } from "../../src/intake/replay.ts";
import { JobRegistry } from "../../src/jobs/job_registry.ts";
import { checkDirectory } from "../../src/store/check_directory.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { hasEnded, type JobRecord, RECORD_VERSION } from "../../src/store/job_record.ts";
import { readOldJobRecord } from "../../src/store/old_job_record.ts";
import { NewerRecordError, readJobRecord } from "../../src/store/read_job_record.ts";
import { createKernels } from "../support/kernels.ts";
import { recordOf } from "./conformance.ts";

/**
 * The data directory of a server of release 0.2.0, which was killed by SIGKILL, and what its jobs
 * must count. Each submission is there three times: the job was `done`; or `pending`, since the
 * folder of results was away; or accepted just before the kill, and so done or `running`. One job
 * more has failed. Results are kept for a hundred years.
 */
const FIXTURE = new URL("fixtures/version_1/", import.meta.url);

/** An hour after the kill: no pause of a pending job is longer. */
const NOW = Date.UTC(2026, 10, 27, 22, 7);

interface Expected {
  id: string;
  name: string;
  phase: "done" | "pending" | "running";
  query: string;
  /** As TSV. */
  counts: string;
}

const EXPECTED: Expected[] = JSON.parse(await Deno.readTextFile(new URL("expected.json", FIXTURE)));

async function copyFixture(): Promise<string> {
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const copy = async (from: URL, to: string): Promise<void> => {
    await Deno.mkdir(to, { recursive: true });
    for await (const { name, isDirectory } of Deno.readDir(from)) {
      if (isDirectory) await copy(new URL(`${name}/`, from), `${to}/${name}`);
      else await Deno.writeFile(`${to}/${name}`, await Deno.readFile(new URL(name, from)));
    }
  };
  await copy(new URL("data/", FIXTURE), path);
  return path;
}

/** The records as they stand in the database. */
async function readRaw(path: string): Promise<Map<string, Record<string, unknown>>> {
  const kv = await Deno.openKv(`${path}/jobs.sqlite3`);
  const records = new Map<string, Record<string, unknown>>();
  for await (const { key, value } of kv.list<Record<string, unknown>>({ prefix: ["job"] })) {
    records.set(key[1] as string, value);
  }
  kv.close();
  return records;
}

async function withKv(path: string, use: (kv: Deno.Kv) => Promise<unknown>): Promise<void> {
  const kv = await Deno.openKv(`${path}/jobs.sqlite3`);
  await use(kv);
  kv.close();
}

Deno.test("the fixture has every kind of submission, ended and not, in records without a version", async () => {
  const path = await copyFixture();
  const records = await readRaw(path);
  assertEquals(records.size, EXPECTED.length + 1);
  for (const record of records.values()) assert(!("version" in record));
  const states = Map.groupBy(EXPECTED, ({ id }) => String(records.get(id)!.state));
  assertEquals(states.get("pending")!.length, 12);
  assertEquals(states.get("running")!.length, 3);
  const names = states.get("pending")!.map(({ name }) => name);
  assertEquals(new Set(EXPECTED.map(({ name }) => name)), new Set(names));
  await Deno.remove(path, { recursive: true });
});

Deno.test("checkDirectory: a data directory of release 0.2.0 is whole", async () => {
  const path = await copyFixture();
  const { jobs, whole, unsealed, leftOver, damage } = await checkDirectory(path);
  assertEquals(jobs, { done: 21, failed: 1, pending: 12, running: 3 });
  assertEquals([whole.files, unsealed, damage], [21 + 12 + 3, 0, []]);
  assertEquals(leftOver.files, 4, "results of jobs that had no time to say so, and an input");
  await Deno.remove(path, { recursive: true });
});

Deno.test("a data directory of release 0.2.0 gives every count, and its keys stand for its jobs", async () => {
  const path = await copyFixture();
  const now = () => NOW;
  const { store, inputs, close } = await openDataDirectory(path, { heldBytes: 1e6, now });
  const engine = await Engine.start({ workers: 1 });
  const options = { readTimeoutMs: 60_000 };
  const kernels = createKernels(store.kernels);
  const begin = createReplay({ engine, kernels, options });
  const jobs = new JobRegistry(store, {
    ttlMs: 60_000,
    replay: { inputs, begin, merge: begin as never },
    now,
  });
  const app = createApp({ engine, jobs, grouper: new Grouper(engine, jobs), kernels, options });
  await jobs.start();
  for (const { id, name, phase, counts } of EXPECTED) {
    const response = await app.request(`http://x/v1/jobs/${id}/result?wait=60`);
    assertEquals([response.status, await response.text()], [200, counts], `${name}, ${phase}`);
  }
  for (const { id, name, phase } of EXPECTED) {
    if (name !== "an Idempotency-Key") continue;
    const headers = { "content-type": "text/plain", "idempotency-key": `"key-${phase}"` };
    const send = (body: string) =>
      app.request("http://x/v1/jobs?top=1&format=tsv", { method: "POST", body, headers });
    const again = await send("b a b");
    assertEquals([again.status, (await again.json()).id], [202, id], phase);
    const other = await send("b a c");
    assertEquals([other.status, (await other.json()).title], [422, "Key of another request"]);
  }
  await jobs.close();
  await engine.close();
  await close();
  for (const { state, version } of (await readRaw(path)).values()) {
    assert(hasEnded({ state } as JobRecord), `${state}`);
    assert(version === RECORD_VERSION || version === undefined, `version ${version}`);
  }
  const { damage, leftOver } = await checkDirectory(path);
  assertEquals([damage, leftOver.files], [[], 0]);
  await Deno.remove(path, { recursive: true });
});

Deno.test("readOldJobRecord: a request becomes the submission that it handed in", () => {
  const { version: _, ...old } = recordOf();
  const seal = { bytes: 3, pageBytes: 65536, crc32: 7 };
  const submissionOf = (query: string, headers: Record<string, string> = {}) =>
    readOldJobRecord({ ...old, request: { query, headers, bytes: 3, seal } }).submission;
  const body = DEFAULT_BODY_OPTIONS;
  const bare = { body, mediaType: undefined, codings: undefined, bytes: 3, seal };
  assertEquals(submissionOf(""), bare);
  assertEquals(submissionOf("top=1&charset=latin1"), bare);
  assertEquals(submissionOf("form=TRUE&decompress=+Auto"), {
    ...bare,
    body: { form: "true", decompress: "auto" },
  });
  const headers = { "content-type": "text/csv; charset=x", "content-encoding": "gzip" };
  assertEquals(submissionOf("", headers), {
    ...bare,
    mediaType: "text/csv; charset=x",
    codings: "gzip",
  });
  const key = { name: "k", fingerprint: "f" };
  const record = readOldJobRecord({ ...old, key });
  assertEquals([record.version, record.requestKey], [RECORD_VERSION, key]);
  assertEquals([record.submission, "key" in record], [undefined, false]);
});

Deno.test("readJobRecord: a record of today is itself, and a newer one is refused", () => {
  const record = recordOf();
  assertStrictEquals(readJobRecord(record), record);
  for (const version of [3, "4", null]) {
    const error = assertThrows(() => readJobRecord({ ...record, version }), NewerRecordError);
    assertMatch(error.message, /^Cannot read the record of job .+ version is .+ up to 2; start a/);
  }
});

Deno.test("a data directory with a record of a newer release is refused, and nothing in it is touched", async () => {
  const path = await copyFixture();
  const { id } = EXPECTED.find(({ phase }) => phase === "pending")!;
  const change = async (fields: Record<string, unknown>) => {
    const record = (await readRaw(path)).get(id)!;
    await withKv(path, (kv) => kv.set(["job", id], { ...record, ...fields }));
  };
  await change({ version: 3 });
  const files = async () =>
    [
      ...await Array.fromAsync(Deno.readDir(`${path}/inputs`), ({ name }) => name),
      ...await Array.fromAsync(Deno.readDir(`${path}/results`), ({ name }) => name),
    ].sort();
  const before = await files();
  const { damage } = await checkDirectory(path);
  assertEquals(damage.map(({ place }) => place), ["jobs.sqlite3"]);
  assertMatch(damage[0].what, /version is 3.+start a newer release/);

  const { store, inputs, close } = await openDataDirectory(path, { heldBytes: 0, now: () => NOW });
  const begin = () => Promise.reject(new Error("It was begun"));
  const jobs = new JobRegistry(store, {
    ttlMs: 60_000,
    replay: { inputs, begin, merge: begin },
    now: () => NOW,
  });
  await assertRejects(() => jobs.start(), NewerRecordError, `job ${id}: its version is 3`);
  await assertRejects(() => store.get(id), NewerRecordError);
  await assertRejects(() => store.remove(id), NewerRecordError);
  await jobs.close();
  await close();
  assertEquals(await files(), before);
  assertEquals((await readRaw(path)).get(id)!.version, 3);
  await Deno.remove(path, { recursive: true });
});

Deno.test("a data directory with a job that ended in a newer release keeps it and serves the others", async () => {
  const path = await copyFixture();
  const [newer, other] = EXPECTED.filter(({ phase }) => phase === "done");
  const record = (await readRaw(path)).get(newer.id)!;
  await withKv(path, (kv) =>
    kv.atomic()
      .set(["job", newer.id], { ...record, version: 3, expiresAt: NOW - 1 })
      .set(["expiry", NOW - 1, newer.id], 0)
      .commit());
  const { store, close } = await openDataDirectory(path, { heldBytes: 0, now: () => NOW });
  const listed = await Array.fromAsync(store.list(undefined), ({ id }) => id);
  assertEquals([listed.includes(newer.id), listed.includes(other.id)], [false, true]);
  await store.sweep(); // it has expired, and only its own release may say what goes with it
  await close();
  assertEquals((await readRaw(path)).get(newer.id)!.version, 3);
  await Deno.remove(path, { recursive: true });
});
