import { assert, assertEquals } from "@std/assert";
import { Networks } from "../../../src/access/networks.ts";
import { folderOf, GUIDES } from "../../../src/page/guides.ts";
import { createTestApp } from "../../support/http/test_app.ts";

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

Deno.test("GET /docs/:guide is a page for browsers, under a policy that allows nothing", async () => {
  await using test = await createTestApp();
  for (const { name } of GUIDES) {
    const response = await test.app.request(`/docs/${name}`, { headers: HTML });
    const page = await response.text();
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy")!;
    assert(/^default-src 'none';.* style-src 'sha256-[\w+/]+='$/.test(policy), policy);
    assert(page.includes("<nav>"), name);
    for (const placeholder of ["site.invalid", "origin.invalid"]) {
      assertEquals(page.includes(placeholder), false, name);
    }
  }
});

Deno.test("GET /docs/:guide leads from each folder's name to its guide", async () => {
  await using test = await createTestApp();
  const names = new Set(GUIDES.map(({ name }) => name));
  const folders = { cli: "running", engine: "library", load: "speed", assembly: "kernels" };
  assertEquals(Object.keys(folders).filter((folder) => names.has(folder)), []);
  for (const [folder, name] of Object.entries(folders)) {
    const response = await test.app.request(`/docs/${folder}`);
    assertEquals([response.status, response.headers.get("location")], [308, name]);
  }
  for (const guide of GUIDES) {
    const folder = folderOf(guide);
    if (folder === undefined) continue;
    const { status } = await test.app.request(`/docs/${folder}`);
    assertEquals(status, names.has(folder) ? 200 : 308, folder);
  }
  assertEquals((await test.app.request("/docs/clii")).status, 404);
});

Deno.test("GET /docs/:guide is Markdown for programs, with the address that they asked", async () => {
  await using test = await createTestApp({ hosts: ["*"] });
  for (const accept of ["*/*", "text/markdown", "text/markdown, text/html;q=0.5"]) {
    const response = await test.app.request("http://counts.example:81/docs/start", {
      headers: { accept },
    });
    const text = await response.text();
    assertEquals(response.headers.get("content-type"), "text/markdown; charset=utf-8");
    assertEquals(response.headers.get("vary"), "accept");
    assert(text.startsWith("# Millrace\n"), text.slice(0, 80));
    assert(text.includes("'http://counts.example:81/v1/count?top=2&format=tsv'"), "examples");
  }
});

Deno.test("GET /docs/:guide names the site and the prefix that a proxy tells", async () => {
  const trustProxy = Networks.parse("192.0.2.0/24")!;
  await using test = await createTestApp({ basePath: "/counts", trustProxy });
  const headers = {
    ...HTML,
    "x-forwarded-proto": "https",
    "x-forwarded-host": "example.org",
    "x-forwarded-prefix": "/counts",
  };
  const connection = {
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 50_000 },
  } as Deno.ServeHandlerInfo;
  for (const path of ["/counts/docs/http", "/docs/http"]) {
    const request = new Request(`http://localhost${path}`, { headers });
    const page = await (await test.app.fetch(request, connection)).text();
    assert(page.includes("https://example.org/counts/v1/count?top=2"), path);
    // `$job` is what `Location` says: it begins with the prefix.
    assert(page.includes("https://example.org$job/result?"), path);
    assert(page.includes('href="running#metrics"'), "links stay below the prefix");
  }
});

Deno.test("GET /docs and GET /docs/:guide are not sent again to a client that has them", async () => {
  await using test = await createTestApp({ hosts: ["*"] });
  for (const path of ["/docs", "/docs/http"]) {
    const first = await test.app.request(path, { headers: HTML });
    await first.text();
    const etag = first.headers.get("etag")!;
    assertEquals(first.headers.get("cache-control"), "no-cache");
    const again = await test.app.request(path, { headers: { ...HTML, "if-none-match": etag } });
    assertEquals([again.status, again.headers.get("etag"), await again.text()], [304, etag, ""]);
    const elsewhere = await test.app.request(`http://other.example${path}`, { headers: HTML });
    await elsewhere.text();
    assertEquals(elsewhere.status, 200);
    assert(elsewhere.headers.get("etag") !== etag, "examples have another address there");
  }
});

Deno.test("GET /docs/:guide refuses other names, forms and parameters", async () => {
  await using test = await createTestApp();
  const unknown = await test.app.request("/docs/htttp");
  const problem = await unknown.json();
  assertEquals([unknown.status, problem.type], [404, "urn:millrace:problem:not-found"]);
  assertEquals([problem.value, problem.allowed], ["htttp", GUIDES.map(({ name }) => name)]);
  const statuses = await Promise.all([
    test.app.request("/docs/http?x=1"),
    test.app.request("/docs/http", { headers: { accept: "image/png" } }),
    test.app.request("/docs/__proto__"),
    test.app.request("/docs/..%2FREADME.md"),
    test.app.request("/docs/http/x"),
  ].map(async (each) => (await each).status));
  assertEquals(statuses, [400, 406, 404, 404, 404]);
});
