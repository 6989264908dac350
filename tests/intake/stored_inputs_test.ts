import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type StartOptions, startServer } from "../../src/server.ts";
import { S3Server } from "../support/http/s3_server.ts";
import { assertProblem, createAsked } from "../support/http/test_app.ts";
import { TempFiles } from "../support/temp_files.ts";

const TEXT = "to be or not to be\n".repeat(20_000);

/** A server that reads from a store and a folder, as far as it is allowed to. */
async function start(s3: S3Server, options: StartOptions) {
  const server = await startServer(
    { listen: false, workers: 1, warmCompiler: false, spillDirectory: false, ...options },
    { remote: { environment: s3.env() } },
  );
  const { request } = createAsked(server);
  const post = (path: string, document: unknown) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(document),
    });
  return { post, [Symbol.asyncDispose]: () => server.close() };
}

Deno.test("objects of a store and files of a shared folder are counted like texts", async () => {
  using files = new TempFiles();
  files.write("a.txt", TEXT);
  await using s3 = new S3Server({ "texts/a.txt": TEXT, "texts/b/c.txt": "to see" });
  await using server = await start(s3, { allowS3: true, shared: files.path });
  const rows: [unknown, number][] = [
    [{ url: "s3://texts/a.txt" }, 40_000],
    [{ url: "shared:a.txt" }, 40_000],
    [{ urls: ["shared:a.txt", "s3://texts/", "shared:a.txt"] }, 120_000],
  ];
  for (const path of ["/v1/count?prefix=be&format=tsv", "/v1/jobs"]) {
    for (const [document, count] of rows) {
      const response = await server.post(path, document);
      const text = await response.text();
      if (path.startsWith("/v1/count")) assertEquals(text, `be\t${count}\n`);
      else assertEquals(response.status, 202);
    }
  }
});

Deno.test("a server that was not told so reads neither a store nor a folder", async () => {
  using files = new TempFiles();
  files.write("a.txt", TEXT);
  await using s3 = new S3Server({ "texts/a.txt": TEXT });
  await using closed = await start(s3, { allowUrls: true, allowPrivateUrls: true });
  for (const [url, says] of [["s3://texts/a.txt", "--allow-s3"], ["shared:a.txt", "--shared"]]) {
    const problem = await assertProblem(
      await closed.post("/v1/count", { url }),
      403,
      "url-refused",
    );
    assertStringIncludes(problem.detail, says);
    assertEquals(problem.url, url);
  }
  assertEquals(s3.requests.length, 0);
  await using open = await start(s3, { allowUrls: false, allowS3: true, shared: files.path });
  for (const url of ["s3://texts/a.txt", "shared:a.txt"]) {
    assert((await open.post("/v1/count", { url })).ok, url);
  }
  const web = await open.post("/v1/count", { url: `${s3.origin}/texts/a.txt` });
  await assertProblem(web, 403, "url-refused");
});

Deno.test("what a store or a folder has not is a problem of a stable type", async () => {
  using files = new TempFiles();
  await using s3 = new S3Server({ "texts/a.txt": TEXT });
  await using server = await start(s3, { allowS3: true, shared: files.path, maxBodyBytes: 1000 });
  const rows: [string, number, string][] = [
    ["s3://texts/none", 424, "input-not-found"],
    ["s3://none/", 424, "input-not-found"],
    ["shared:none", 424, "input-not-found"],
    ["shared:../none", 403, "url-refused"],
    ["s3://texts/a.txt", 413, "body-too-large"],
  ];
  for (const [url, status, code] of rows) {
    const problem = await assertProblem(await server.post("/v1/count", { url }), status, code);
    assert(!JSON.stringify(problem).includes(files.path));
    assert(!JSON.stringify(problem).includes(s3.origin));
  }
});

Deno.test("startServer() refuses a shared folder that is none", async () => {
  using files = new TempFiles();
  for (const shared of [files.write("file", ""), `${files.path}/none`]) {
    await assertRejects(() => startServer({ listen: false, shared }), Error, "Cannot share folder");
  }
});
