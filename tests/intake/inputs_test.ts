import { assert, assertEquals } from "@std/assert";
import { createProblemResponse } from "../../src/http/answer/problem.ts";
import { COMPRESS } from "../support/compress.ts";
import { FileServer } from "../support/http/file_server.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import { assertProblem, createTestApp, post } from "../support/http/test_app.ts";
import { giveTurns } from "../support/http/server.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("a compressed text is counted, and its totals are those of the text", async () => {
  await using test = await createTestApp();
  const headers = { "content-encoding": "gzip, br" };
  const body = COMPRESS.br(COMPRESS.gzip(bytesOf("b a b")));
  for (const path of ["/v1/count", "/v1/jobs"]) {
    const response = await post(test.app, path, body, { headers });
    assert(response.ok);
    const { totals } = await test.engine.jobs.at(-1)!.done;
    assertEquals([totals.bytes, totals.tokens, totals.keys], [5, 3, 2]);
  }
});

Deno.test("a compressed array of words is counted", async () => {
  await using test = await createTestApp();
  const headers = { "content-encoding": "gzip", "content-type": "application/json" };
  const body = COMPRESS.gzip(bytesOf('["b", "a", "b"]'));
  const response = await post(test.app, "/v1/count?format=tsv", body, { headers });
  assertEquals(await response.text(), "b\t2\na\t1\n");
});

Deno.test("a JSON body says what of it is counted", async () => {
  await using test = await createTestApp();
  const headers = { "content-type": "application/json" };
  const rows = [
    ['{"words": ["b", "a", "b"]}', "b\t2\na\t1\n"],
    ['{"texts": ["b a", "b"]}', "b\t2\na\t1\n"],
    ['{"text": "b a b"}', "b\t2\na\t1\n"],
  ];
  for (const [body, expected] of rows) {
    const response = await post(test.app, "/v1/count?format=tsv", body, { headers });
    assertEquals(await response.text(), expected, body);
  }
});

Deno.test("the files and the text field of a form are counted, compressed or not", async () => {
  await using test = await createTestApp();
  const form = new FormData();
  form.append("text", "b a");
  form.append("any", new File(["b c"], "c.txt"));
  const whole = new Response(form);
  const type = whole.headers.get("content-type")!;
  const body = new Uint8Array(await whole.arrayBuffer());
  const rows = [[body, "identity"], [COMPRESS.gzip(body), "gzip"]] as const;
  for (const [body, encoding] of rows) {
    const headers = { "content-type": type, "content-encoding": encoding };
    const response = await post(test.app, "/v1/count?format=tsv", body, { headers });
    assertEquals(await response.text(), "b\t2\na\t1\nc\t1\n");
  }
});

Deno.test("the texts behind URLs are counted", async () => {
  await using first = new FileServer(bytesOf("b a"));
  await using second = new FileServer(bytesOf("b c"));
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  await using test = await createTestApp({ allowPrivateUrls: true, remote: { resolve } });
  const headers = { "content-type": "application/json" };
  const one = JSON.stringify({ url: first.url() });
  const two = JSON.stringify({ urls: [first.url(), second.url()] });
  const rows = [[one, "a\t1\nb\t1\n"], [two, "b\t2\na\t1\nc\t1\n"]];
  for (const [body, expected] of rows) {
    const response = await post(test.app, "/v1/count?format=tsv", body, { headers });
    assertEquals(await response.text(), expected);
  }
});

Deno.test("a URL that leads inside, or that the server may not read, is refused", async () => {
  await using inside = new FileServer(bytesOf("secret"));
  const headers = { "content-type": "application/json" };
  const url = `http://127.0.0.1:${inside.port}/`;
  for (const options of [{}, { allowUrls: false, allowPrivateUrls: true }]) {
    await using test = await createTestApp(options);
    const body = JSON.stringify({ url });
    const response = await post(test.app, "/v1/count", body, { headers });
    await assertProblem(response, 403, "url-refused");
    await assertProblem(await post(test.app, "/v1/jobs", body, { headers }), 403, "url-refused");
  }
  assertEquals(inside.ranges, []);
});

Deno.test("a URL that cannot be read is a problem that says what its server said", async () => {
  await using server = new FileServer(bytesOf("a"), {
    answer: () => new Response("no", { status: 404 }),
  });
  const url = `http://127.0.0.1:${server.port}/`;
  await using test = await createTestApp({ allowPrivateUrls: true });
  const headers = { "content-type": "application/json" };
  const response = await post(test.app, "/v1/count", JSON.stringify({ url }), { headers });
  assertEquals((await response.clone().json()).url, url);
  assertEquals((await assertProblem(response, 424, "url-failed")).remoteStatus, 404);
});

Deno.test("the limit of a body bounds what is sent, and that of the text what comes out", async () => {
  await using test = await createTestApp({ maxBodyBytes: 1000, maxExpandedBytes: 100_000 });
  const headers = { "content-encoding": "gzip" };
  const rows = [[50_000, 200, ""], [200_000, 413, "expansion-limit"]] as const;
  for (const [length, status, code] of rows) {
    const body = COMPRESS.gzip(bytesOf("a ".repeat(length / 2)));
    const response = await post(test.app, "/v1/count", body, { headers });
    if (status === 200) assertEquals(response.status, 200);
    else assertEquals((await assertProblem(response, status, code)).limit, 100_000);
  }
});

Deno.test("an upload that cannot be decoded is answered, and stops", async () => {
  await using test = await createTestApp();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: createProblemResponse },
    test.app.fetch,
  );
  const client = await RawConnection.open(server.addr.port);
  await client.write("POST /v1/count HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n");
  await client.write("Transfer-Encoding: chunked\r\n\r\n");
  let sent = 0;
  const chunk = bytesOf(`10000\r\n${"a".repeat(65536)}\r\n`);
  const sending = (async () => {
    for (; sent < 1e9; sent += chunk.length) await client.write(chunk);
  })().catch(() => {}); // until the test closes the connection
  const answer = await client.read(/"coding".*\n/);
  assert(/^HTTP\/1.1 400 /.test(answer) && answer.includes(":invalid-encoding"), answer);
  await giveTurns(`http://127.0.0.1:${server.addr.port}`);
  client[Symbol.dispose]();
  await sending;
  assert(sent < 50e6, `the client could send ${sent} bytes`);
  await server.shutdown();
});
