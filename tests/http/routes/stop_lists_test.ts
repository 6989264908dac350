import { assert, assertEquals } from "@std/assert";
import { STOP_CODES } from "../../../src/contract/stop_languages.ts";
import { assertProblem, createTestApp } from "../../support/http/test_app.ts";

Deno.test("GET /v1/stop names the languages, and each has its list", async () => {
  await using test = await createTestApp();
  const { languages } = await (await test.app.request("/v1/stop")).json();
  assertEquals(languages.map(({ language }: { language: string }) => language), STOP_CODES);
  for (const { language, words, list } of languages) {
    const answer = await (await test.app.request(list)).json();
    assertEquals([answer.language, answer.words.length], [language, words]);
    assert(answer.sources.length > 0);
  }
});

Deno.test("GET /v1/stop/:language is JSON, or a word per line for who prefers text", async () => {
  await using test = await createTestApp();
  const json = await test.app.request("/v1/stop/EN");
  const { words, language, name } = await json.json();
  assertEquals([language, name, words.includes("she")], ["en", "English", true]);
  const headers = { accept: "text/plain" };
  const text = await test.app.request("/v1/stop/en", { headers });
  assertEquals(text.headers.get("content-type"), "text/plain; charset=utf-8");
  assertEquals((await text.text()).trimEnd().split("\n"), words);
  const thai = await (await test.app.request("/v1/stop/th")).json();
  assertEquals(thai.needs, "tokenizer=icu");
  const codes = await test.app.request("/v1/stop", { headers });
  assertEquals((await codes.text()).trimEnd().split("\n"), STOP_CODES);
});

Deno.test("GET /v1/stop/:language has an entity tag, and HEAD no body", async () => {
  await using test = await createTestApp();
  const first = await test.app.request("/v1/stop/de");
  const etag = first.headers.get("etag")!;
  assertEquals(first.headers.get("cache-control"), "max-age=3600");
  const again = await test.app.request("/v1/stop/de", { headers: { "if-none-match": etag } });
  assertEquals([again.status, again.headers.get("etag"), await again.text()], [304, etag, ""]);
  const other = await test.app.request("/v1/stop/da", { headers: { "if-none-match": etag } });
  assertEquals(other.status, 200);
  const head = await test.app.request("/v1/stop/de", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("etag"), await head.text()], [200, etag, ""]);
});

Deno.test("GET /v1/stop/:language of no language is a problem that names them", async () => {
  await using test = await createTestApp();
  for (const name of ["xx", "english", "constructor", "__proto__", "en.json", "%F0%9F%98%80"]) {
    const response = await test.app.request(`/v1/stop/${name}`);
    const problem = await assertProblem(response, 404, "unknown-language");
    assertEquals(problem.allowed, STOP_CODES);
  }
  await assertProblem(await test.app.request("/v1/stop/en?top=1"), 400, "unknown-parameter");
  const headers = { accept: "image/png" };
  await assertProblem(await test.app.request("/v1/stop", { headers }), 406, "not-acceptable");
});
