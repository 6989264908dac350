import { assertEquals } from "@std/assert";
import { countAsJob, sendLemmas, startCounting, TSV } from "../support/algebra.ts";
import { assertProblem, post } from "../support/http/test_app.ts";
import { writeKeys } from "../support/keys.ts";

const TABLE = "ran\trun\n";

Deno.test("a table of lemmas is its tenant's alone", async () => {
  const write = ["read", "write"] as const;
  await using keys = await writeKeys(
    { tenant: "one", rights: write },
    { tenant: "one", rights: ["read"] },
    { tenant: "two", rights: write },
  );
  const [one, reader, two] = keys.callers;
  await using test = await startCounting({ keys: keys.path });
  const { app } = test;
  const sent = (by: typeof one) => ({ headers: { ...by.headers, ...TSV.headers } });
  const table = await sendLemmas(app, TABLE, sent(one));
  const path = `/v1/count?format=tsv&group=lemma(${table})`;
  assertEquals(await (await post(app, path, "ran", one)).text(), "run\t1\n");
  await assertProblem(await post(app, path, "ran", two), 404, "unknown-job");
  await assertProblem(await post(app, "/v1/lemmas", TABLE, sent(reader)), 403, "missing-right");
  const theirs = await countAsJob(app, "ran", "", two);
  const read = await app.request(`/v1/jobs/${theirs}/result?group=lemma(${table})`, two);
  await assertProblem(read, 404, "unknown-job");
});
