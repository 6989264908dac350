import { assertEquals } from "@std/assert";
import { DEFAULT_COUNT_OPTIONS, DEFAULT_OUTPUT_OPTIONS } from "../../src/contract/options.ts";
import { checkDirectory } from "../../src/store/check_directory.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import {
  createJobId,
  type JobRecord,
  type MergeRequest,
  RECORD_VERSION,
} from "../../src/store/job_record.ts";
import { countAsJob, merge, postMerge, rowsOf, startCounting } from "../support/algebra.ts";
import { assertProblem, post } from "../support/http/test_app.ts";
import { writeKeys } from "../support/keys.ts";
import { test as testOverStores } from "../support/store/registry_bench.ts";
import { ManualJob } from "../support/store/stores.ts";
import { resultOf } from "../support/results.ts";

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

/** A merge that its instance could not finish. */
function unfinished(request: MergeRequest): JobRecord {
  return {
    version: RECORD_VERSION,
    id: createJobId(),
    state: "pending",
    createdAt: Date.now(),
    startedAt: Date.now(),
    attempt: 1,
    options: { ...DEFAULT_COUNT_OPTIONS, case: "fold" },
    output: DEFAULT_OUTPUT_OPTIONS,
    merge: request,
    progress: { bytes: 0, chunks: 0, tokens: 0 },
  };
}

Deno.test({
  name: "a merge outlives the process, and is begun again from the results that are kept",
  ignore: !canLock,
  async fn() {
    const data = await Deno.makeTempDir({ prefix: "millrace-merges-" });
    const options = { data, jobTtlMs: 600_000, drainTimeoutMs: 0 };
    let [a, b, merged] = ["", "", ""];
    {
      await using test = await startCounting(options);
      a = await countAsJob(test.app, "a b a");
      b = await countAsJob(test.app, "b c");
      merged = await merge(test.app, [a, b], [1, 10]);
    }
    const [again, lost] = [
      unfinished({ jobs: [a, merged], weights: [2, 1] }),
      unfinished({ jobs: [a, "gone"] }),
    ];
    {
      const { store, close } = await openDataDirectory(data, { heldBytes: 1e6 });
      for (const record of [again, lost]) await store.create(record);
      await close();
    }
    assertEquals((await checkDirectory(data)).damage, []);
    await using test = await startCounting(options);
    await test.jobs.drained();
    assertEquals(await rowsOf(test.app, merged), "b\t11\nc\t10\na\t2\n");
    assertEquals(await rowsOf(test.app, again.id), "b\t13\nc\t10\na\t6\n");
    const failed = await test.app.request(`/v1/jobs/${lost.id}/result`);
    await assertProblem(failed, 404, "unknown-job");
    await test.server.close();
    await Deno.remove(data, { recursive: true });
  },
});

testOverStores("a merge whose instance is gone is begun again by another", async (bench) => {
  const [dead, alive] = [bench.instance(), bench.instance()];
  await dead.jobs.tend();
  const id = createJobId();
  const arriving = dead.jobs.arrivals.begin(new ManualJob(id), {
    id,
    tenant: "t",
    options: { ...DEFAULT_COUNT_OPTIONS, case: "fold" },
    output: DEFAULT_OUTPUT_OPTIONS,
    merge: { jobs: ["x", "y"] },
  });
  await dead.jobs.arrivals.accept(arriving, {});
  bench.clock.now += 60_000;
  await alive.jobs.tend();
  alive.begun.get(id)!.finish(resultOf([["to", 2]]));
  arriving.live.job.cancel();
  await Promise.all([alive.jobs.drained(), dead.jobs.drained()]);
  const { record } = await alive.jobs.result(id, "t");
  assertEquals([record.state, record.attempt, record.merge], ["done", 2, { jobs: ["x", "y"] }]);
});

Deno.test("results of another tenant are merged and compared by nobody else, nor without the right", async () => {
  const write = ["read", "write"] as const;
  await using keys = await writeKeys(
    { tenant: "one", rights: write },
    { tenant: "one", rights: ["read"] },
    { tenant: "two", rights: write },
  );
  const [one, reader, two] = keys.callers;
  await using test = await startCounting({ keys: keys.path });
  const { app } = test;
  const job = await countAsJob(app, "a b a", "", one);
  const theirs = await countAsJob(app, "a", "", two);
  const mixed = await postMerge(app, { jobs: [job, theirs] }, one);
  assertEquals((await assertProblem(mixed, 404, "unknown-job")).job, theirs);
  await assertProblem(await postMerge(app, { jobs: [job] }, reader), 403, "missing-right");
  await assertProblem(await postMerge(app, { jobs: [job] }), 401, "missing-key");
  const list = { headers: { ...reader.headers, "content-type": "text/csv" } };
  await assertProblem(await post(app, "/v1/results", "a,1", list), 403, "missing-right");
  const path = `/v1/jobs/${job}/compare?with=`;
  assertEquals((await app.request(path + job, reader)).status, 200);
  await assertProblem(await app.request(path + theirs, one), 404, "unknown-job");
  await assertProblem(await app.request(path + job, two), 404, "unknown-job");
  const merged = await postMerge(app, { jobs: [job] }, {
    headers: { ...one.headers, prefer: "wait=60" },
  });
  assertEquals(merged.status, 200);
  const other = await app.request(merged.headers.get("location")!, two);
  await assertProblem(other, 404, "unknown-job");
});

Deno.test("a merge that is removed ends, and others go on beside it", async () => {
  await using test = await startCounting();
  const { app, engine } = test;
  const words = Array.from({ length: 60_000 }, (_, i) => `word-${i}`).join(" ");
  const job = await countAsJob(app, words);
  const response = await postMerge(app, { jobs: Array(200).fill(job) });
  const { id } = await response.json();
  const small = await (await post(app, "/v1/count", "a b a")).json();
  assertEquals(small.totals.tokens, 3);
  assertEquals((await app.request(`/v1/jobs/${id}`, { method: "DELETE" })).status, 204);
  await test.jobs.drained();
  await assertProblem(await app.request(`/v1/jobs/${id}`), 404, "unknown-job");
  assertEquals((await (await post(app, "/v1/count", "c")).json()).totals.tokens, 1);
  const { ended } = engine.status();
  assertEquals([ended.failed, ended.invalid], [0, 0]);
});
