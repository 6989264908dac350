import { assertEquals } from "@std/assert";
import type {
  JobDocument,
  JobListDocument,
  ProblemDocument,
  ResultDocument,
  ResultRow,
} from "../../src/contract/documents.ts";
import { JobError } from "../../src/contract/problems.ts";
import { createTestApp, post } from "../support/http/test_app.ts";
import { sendValueKernel } from "../support/http/value_kernel.ts";

/** Every member of a document, and whether it is always there; the compiler keeps this complete. */
type Members<T> = { [K in keyof Required<T>]: "always" | "sometimes" };

const RESULT: Members<ResultDocument> = {
  totals: "always",
  input: "always",
  chunks: "always",
  attempts: "always",
  accounting: "always",
  workers: "always",
  ms: "always",
  spilled: "sometimes",
  approx: "sometimes",
  values: "sometimes",
  keyParts: "sometimes",
  partition: "sometimes",
  kernelUse: "sometimes",
  records: "sometimes",
  options: "always",
  counts: "always",
  truncated: "always",
  otherKeys: "always",
  otherCount: "sometimes",
  next: "sometimes",
};

const JOB: Members<JobDocument> = {
  id: "always",
  state: "always",
  createdAt: "always",
  startedAt: "always",
  finishedAt: "sometimes",
  expiresAt: "sometimes",
  attempt: "always",
  progress: "always",
  totals: "sometimes",
  partition: "sometimes",
  merge: "sometimes",
  parts: "sometimes",
  options: "always",
  error: "sometimes",
  links: "always",
};

const LIST: Members<JobListDocument> = { jobs: "always", links: "always" };

/** @param some Members that are there beside those that always are. */
const BORDERS = "partition=range&borders=b";

function assertMembers(
  document: object,
  members: Record<string, "always" | "sometimes">,
  ...some: string[]
): void {
  const always = Object.keys(members).filter((name) => members[name] === "always");
  assertEquals(some.filter((name) => members[name] !== "sometimes"), []);
  assertEquals(Object.keys(document).sort(), [...always, ...some].sort());
}

Deno.test("ResultDocument says every member of a result, of a page of one, and no other", async () => {
  await using test = await createTestApp();
  const answer = await (await post(test.app, "/v1/count?columns=rank", "b a b")).json();
  assertMembers(answer, RESULT, "otherCount");
  assertEquals(answer.counts[0], { key: "b", count: 2, rank: 1 });
  const job: JobDocument = await (await post(test.app, "/v1/jobs", "b a b")).json();
  const page = await (await test.app.request(`${job.links.result}?wait=9&limit=1`)).json();
  assertMembers(page, RESULT, "otherCount", "next");
  const divided = await (await post(test.app, `/v1/count?${BORDERS}`, "b a b")).json();
  assertMembers(divided, RESULT, "otherCount", "partition");
});

Deno.test("ResultDocument says every member of a result of values, and its rows have values", async () => {
  await using test = await createTestApp();
  const kernel = await sendValueKernel(test);
  const answer = await (await post(test.app, `/v1/count?kernel=${kernel}`, "b=2 a=-1")).json();
  assertMembers(answer, RESULT, "values");
  const rows: ResultRow[] = answer.counts;
  assertEquals(rows, [{ key: "b", value: 2 }, { key: "a", value: -1 }]);
});

Deno.test("JobDocument and JobListDocument say every member of a job and of a list", async () => {
  await using test = await createTestApp();
  const gate = Promise.withResolvers<void>();
  test.engine.hold = gate.promise;
  const running: JobDocument = await (await post(test.app, "/v1/jobs", "b a b")).json();
  assertMembers(running, JOB);
  gate.resolve();
  const done = await (await test.app.request(`${running.links.self}?wait=9`)).json();
  assertMembers(done, JOB, "finishedAt", "expiresAt", "totals");
  const asked: JobDocument = await (await post(test.app, `/v1/jobs?${BORDERS}`, "b a b")).json();
  const divided = await (await test.app.request(`${asked.links.self}?wait=9`)).json();
  assertMembers(divided, JOB, "finishedAt", "expiresAt", "totals", "partition");
  test.engine.failure = new JobError("out_of_memory", "Cannot count: there is no room");
  const { links: { self } }: JobDocument = await (await post(test.app, "/v1/jobs", "b")).json();
  const failed: JobDocument = await (await test.app.request(`${self}?wait=9`)).json();
  assertMembers(failed, JOB, "finishedAt", "expiresAt", "error");
  const problem: ProblemDocument = failed.error!;
  assertEquals(problem, {
    type: "urn:millrace:problem:out-of-memory",
    title: "Out of memory",
    status: 507,
    detail: "Cannot count: there is no room",
  });
  const list: JobListDocument = await (await test.app.request("/v1/jobs?limit=1")).json();
  assertMembers(list, LIST);
  assertEquals([list.jobs.length, Object.keys(list.links)], [1, ["next"]]);
});
