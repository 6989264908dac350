import { assertEquals, assertNotEquals } from "@std/assert";
import { countAsJob, rowsOf, startCounting, totalsOf } from "../support/algebra.ts";
import { type Asked, assertProblem, post } from "../support/http/test_app.ts";
import { freshSeed, Random } from "../support/random.ts";

function append(
  app: Asked,
  id: string,
  body: BodyInit,
  key: string | undefined,
  query = "",
  headers: Record<string, string> = {},
): Promise<Response> {
  const named: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  return post(app, `/v1/jobs/${id}/parts?${query}`, body, { headers: { ...named, ...headers } });
}

async function appended(...given: Parameters<typeof append>): Promise<Record<string, unknown>> {
  const response = await append(...given);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text);
}

async function etagOf(app: Asked, id: string): Promise<string> {
  const response = await app.request(`/v1/jobs/${id}/result?format=tsv`);
  await response.body?.cancel();
  return response.headers.get("etag")!;
}

Deno.test("POST /v1/jobs/:id/parts makes of parts what one count of all texts makes", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startCounting();
  const { app } = test;
  const texts = Array.from(
    { length: 5 },
    () => Array.from({ length: 3000 }, () => `W${random.below(900)}`).join(" ") + "\n",
  );
  for (const query of ["", "order=key&n=2", "case=preserve&min=3&top=7", "tokenizer=lines"]) {
    const id = await countAsJob(app, texts[0], query);
    const tags = new Set([await etagOf(app, id)]);
    for (const [i, text] of texts.slice(1).entries()) {
      const { parts, state } = await appended(app, id, text, `part${i}`);
      assertEquals([parts, state], [i + 1, "done"]);
      tags.add(await etagOf(app, id));
    }
    assertEquals(tags.size, texts.length, `${query}, seed ${seed}`);
    const whole = new FormData(); // each text as if it stood alone
    texts.forEach((text, i) => whole.append(`${i}`, new Blob([text]), `${i}.txt`));
    const expected = await countAsJob(app, whole, query);
    assertEquals(await rowsOf(app, id), await rowsOf(app, expected), `${query}, seed ${seed}`);
    const { bytes: _, ...totals } = await totalsOf(app, id);
    const { bytes: __, ...others } = await totalsOf(app, expected);
    assertEquals(totals, others);
  }
});

Deno.test("POST /v1/jobs/:id/parts appends once for each key, however requests meet", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, "a");
  const keys = Array.from({ length: 24 }, (_, i) => `key ${i % 6}`);
  const answers = await Promise.all(keys.map((key) => append(app, id, `a ${key}`, `"${key}"`)));
  for (const answer of answers) assertEquals(answer.status, 200, await answer.text());
  assertEquals((await totalsOf(app, id)).tokens, 1 + 6 * 3);
  assertEquals(await rowsOf(app, id), "a\t7\nkey\t6\n0\t1\n1\t1\n2\t1\n3\t1\n4\t1\n5\t1\n");
  await assertProblem(await append(app, id, "other", '"key 1"'), 422, "key-reused");
});

Deno.test("POST /v1/jobs/:id/parts reads bodies as counts do, and leaves old readers alone", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, "caf\u{e9} ".repeat(40_000));
  const before = await app.request(`/v1/jobs/${id}/result?format=tsv`);
  const latin = Uint8Array.from("caf\u{e9}", (letter) => letter.charCodeAt(0));
  await appended(app, id, latin, "a", "charset=latin1");
  await appended(app, id, latin, "b", "", { "content-type": "text/plain; charset=latin1" });
  const json = { "content-type": "application/json" };
  await appended(app, id, JSON.stringify({ text: "caf\u{e9}" }), "c", "", json);
  assertEquals(await before.text(), "caf\u{e9}\t40000\n");
  const after = await app.request(`/v1/jobs/${id}/result?format=tsv`, {
    headers: { "if-none-match": before.headers.get("etag")! },
  });
  assertEquals([after.status, await after.text()], [200, "caf\u{e9}\t40003\n"]);
  assertNotEquals(after.headers.get("etag"), before.headers.get("etag"));
});

Deno.test("POST /v1/jobs/:id/parts says why not, and changes nothing then", async () => {
  await using test = await startCounting();
  const { app } = test;
  const id = await countAsJob(app, "a b");
  const tag = await etagOf(app, id);
  const missing = await assertProblem(await append(app, id, "a", undefined), 400, "invalid-header");
  assertEquals(missing.header, "idempotency-key");
  await assertProblem(await append(app, id, "a", "k", "top=1"), 400, "unknown-parameter");
  await assertProblem(await append(app, id, "", "k"), 400, "empty-body");
  await assertProblem(await append(app, id, "a", "k", "charset=none"), 415, "unknown-charset");
  const unknown = "01970000-0000-7000-8000-000000000000";
  await assertProblem(await append(app, unknown, "a", "k"), 404, "unknown-job");
  const odd = Uint8Array.of(0x61, 0x20, 0xff);
  const strict = await countAsJob(app, "a b", "invalid=reject");
  await assertProblem(await append(app, strict, odd, "k"), 422, "invalid-utf8");
  assertEquals([await rowsOf(app, id), await etagOf(app, id)], ["a\t1\nb\t1\n", tag]);
  assertEquals((await appended(app, strict, "a", "k")).parts, 1); // the key was not used up
  const failed = await countAsJob(app, odd, "invalid=reject");
  const refused = await assertProblem(await append(app, failed, "a", "k"), 409, "not-mergeable");
  assertEquals([refused.option, refused.value], ["state", "failed"]);
  const sums = await countAsJob(app, "a,1\n", "kernel=csv-group");
  const doubles = await assertProblem(await append(app, sums, "a,1\n", "k"), 409, "not-mergeable");
  assertEquals(doubles.option, "values");
});
