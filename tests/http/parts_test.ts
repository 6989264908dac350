import { assertEquals } from "@std/assert";
import { countAsJob, merge, rowsOf, startCounting } from "../support/algebra.ts";
import { FileServer } from "../support/http/file_server.ts";
import { post } from "../support/http/test_app.ts";

const BY_PART = "by=part&order=key&format=csv";
const DISTINCT = "key=word&value=part&agg=distinct&order=key&format=csv";
const JSON_TYPE = { "content-type": "application/json" };

/** Counts a body at once and as a job, whose answers are the same. */
async function ask(
  site: Awaited<ReturnType<typeof startCounting>>,
  query: string,
  body: () => BodyInit,
  headers: Record<string, string> = {},
): Promise<string[]> {
  const counted = await post(site.app, `/v1/count?${query}`, body(), { headers });
  const text = await counted.text();
  assertEquals(counted.status, 200, text);
  const job = await post(site.app, `/v1/jobs?${query.replace("&format=csv", "")}`, body(), {
    headers,
  });
  const result = await site.app.request(`${(await job.json()).links.result}?format=csv&wait=30`);
  assertEquals(await result.text(), text);
  return text.split("\r\n").slice(0, -1);
}

function form(): FormData {
  const body = new FormData();
  body.append("text", "To be");
  body.append("file", new Blob(["or not to be"]), "dir/a.txt");
  body.append("any", new Blob(["be"]), "");
  return body;
}

Deno.test("parts of a form are called what their files are, or their fields", async () => {
  await using site = await startCounting();
  assertEquals(await ask(site, BY_PART, form), [
    "key1,key2,count",
    "2,be,1",
    ...["be", "not", "or", "to"].map((word) => `dir/a.txt,${word},1`),
    "text,be,1",
    "text,to,1",
  ]);
  assertEquals(await ask(site, DISTINCT, form), ["key,value", "be,3", "not,1", "or,1", "to,2"]);
});

Deno.test("texts of a list are called by their numbers, and a body that is one text is 0", async () => {
  await using site = await startCounting();
  const lines = () => '{"text":"b a"}\n{"text":"b"}\n';
  const list = () => JSON.stringify({ texts: ["b a", "b"] });
  const rows = ["key1,key2,count", "0,a,1", "0,b,1", "1,b,1"];
  assertEquals(await ask(site, BY_PART, list, JSON_TYPE), rows);
  assertEquals(await ask(site, BY_PART, lines, { "content-type": "application/x-ndjson" }), rows);
  assertEquals(await ask(site, DISTINCT, list, JSON_TYPE), ["key,value", "a,1", "b,2"]);
  assertEquals(await ask(site, BY_PART, () => "b a"), rows.slice(0, 3));
});

Deno.test("a prefix of words is none of the groups in front of them", async () => {
  await using site = await startCounting();
  const rows = ["key1,key2,count", "dir/a.txt,to,1", "text,to,1"];
  assertEquals(await ask(site, `${BY_PART}&prefix=T`, form), rows);
  const id = await countAsJob(site.app, form(), "by=part&prefix=T");
  const both = await merge(site.app, [id, id]);
  assertEquals(await rowsOf(site.app, both), "dir/a.txt\tto\t2\ntext\tto\t2\n");
  assertEquals(await rowsOf(site.app, both, "prefix=dir"), "dir/a.txt\tto\t2\n");
  const head = await site.app.request(`/v1/jobs/${id}/result?prefix=T`);
  const { counts, otherKeys } = await head.json();
  assertEquals([counts.map(({ key }: { key: string[] }) => key[0]), otherKeys], [["text"], 1]);
});

Deno.test("texts behind URLs are called by these", async () => {
  await using first = new FileServer(new TextEncoder().encode("b a"));
  await using second = new FileServer(new TextEncoder().encode("b,c\nx,d\n"));
  await using site = await startCounting({ allowPrivateUrls: true });
  const urls = [first, second].map(({ port }) => `http://127.0.0.1:${port}/`);
  const body = () => JSON.stringify({ urls });
  const key = 'key=word&by=part&where=record *= "b"&order=key&format=csv';
  assertEquals(await ask(site, key.replaceAll(" ", "%20"), body, JSON_TYPE), [
    "key1,key2,count",
    ...[[urls[0], "a"], [urls[0], "b"], [urls[1], "b"], [urls[1], "c"]]
      .map((row) => `${row},1`).sort(),
  ]);
});
