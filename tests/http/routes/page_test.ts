import { assert, assertEquals } from "@std/assert";
import { APP_POLICY } from "../../../src/page/app/app_page.ts";
import { readAssets } from "../../../src/page/app/assets.ts";
import { addApiKey } from "../../../src/access/api_key_file.ts";
import { assertProblem, createTestApp, type TestApp } from "../../support/http/test_app.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/** Bytes of script that the first view may take, as they are and as gzip. */
const MOST_BYTES = 48_000;
const MOST_GZIP_BYTES = 18_000;

/** Those of all scripts, that of plots included. */
const MOST_BYTES_IN_ALL = 128_000;
const MOST_GZIP_BYTES_IN_ALL = 49_000;

/** Asks for a path, and reads the answer as a text. */
async function ask({ app }: TestApp, path: string, headers: HeadersInit = {}, method = "GET") {
  const response = await app.request(path, { method, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** What a page loads from its own server. */
function addressesOf(page: string): string[] {
  return [...page.matchAll(/(?:href|src)="([^"#]*\/page\/[^"]*)"/g)].map(([, address]) => address);
}

Deno.test("GET / is a page for who prefers HTML, and a text for all others", async () => {
  await using test = await createTestApp();
  const rows = [
    [BROWSER, "text/html"],
    ["text/html", "text/html"],
    ["text/html;q=0.5, text/plain;q=0.4", "text/html"],
    ["text/*, text/html", "text/html"],
    ["*/*", "text/plain"],
    ["text/plain, text/html", "text/plain"],
    ["text/html;q=0.5, */*", "text/plain"],
    ["text/html;q=0", "text/plain"],
    ["application/json", "text/plain"],
    ["", "text/plain"],
  ];
  for (const [accept, media] of rows) {
    const { status, headers, text } = await ask(test, "/", { accept });
    assertEquals([accept, status], [accept, 200]);
    assertEquals([accept, headers.get("content-type")], [accept, `${media}; charset=utf-8`]);
    assertEquals(headers.get("vary"), "accept");
    assertEquals(text.startsWith("Millrace counts words"), media === "text/plain");
    const head = await ask(test, "/", { accept }, "HEAD");
    assertEquals([head.status, head.text], [200, ""]);
    for (const name of ["content-type", "etag", "vary", "content-security-policy"]) {
      assertEquals(head.headers.get(name), headers.get(name), name);
    }
    const etag = headers.get("etag")!;
    const again = await ask(test, "/", { accept, "if-none-match": etag });
    assertEquals([again.status, again.text, again.headers.get("etag")], [304, "", etag]);
  }
  const [page, text] = [await ask(test, "/", { accept: BROWSER }), await ask(test, "/")];
  assert(page.headers.get("etag") !== text.headers.get("etag"));
});

Deno.test("GET / as a page has a policy that lets in its own files alone, and needs no more", async () => {
  await using test = await createTestApp();
  const { headers, text } = await ask(test, "/", { accept: BROWSER });
  assertEquals(headers.get("content-security-policy"), APP_POLICY);
  assertEquals(/unsafe|\*|https?:/.exec(APP_POLICY), null);
  for (const rule of ["default-src 'none'", "require-trusted-types-for 'script'"]) {
    assert(APP_POLICY.includes(rule), rule);
  }
  assertEquals(/\bon\w+=|\bstyle=|<style|<base|javascript:/i.exec(text), null);
  for (const [script] of text.matchAll(/<script[^]*?<\/script>/g)) {
    assert(/^<script type="module" src="[^"]+"><\/script>$/.test(script), script);
  }
});

Deno.test("GET /page/:version/:file gives what the page loads, for ever, within the budget", async () => {
  await using test = await createTestApp();
  const page = await ask(test, "/", { accept: BROWSER });
  const addresses = addressesOf(page.text);
  let [bytes, gzipBytes] = [0, 0];
  for (const address of addresses) {
    const { status, headers, text } = await ask(test, address);
    assertEquals(status, 200, address);
    assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(headers.get("vary"), "accept-encoding");
    const isScript = address.endsWith(".js");
    const media = isScript ? "text/javascript" : "text/css";
    assertEquals(headers.get("content-type"), `${media}; charset=utf-8`);
    const gzip = await test.app.request(address, { headers: { "accept-encoding": "gzip" } });
    const body = await gzip.clone().arrayBuffer();
    if (gzip.headers.has("content-encoding")) {
      assertEquals(gzip.headers.get("content-encoding"), "gzip");
      const plain = gzip.body!.pipeThrough(new DecompressionStream("gzip"));
      assertEquals(await new Response(plain).text(), text, address);
    } else {
      assert(text.length < 128, `${address} is not compressed`);
      await gzip.body!.cancel();
    }
    for (const etag of [headers.get("etag")!, gzip.headers.get("etag")!]) {
      const known = await ask(test, address, { "if-none-match": etag, "accept-encoding": "br" });
      assertEquals([known.status, known.text], [304, ""]);
    }
    if (isScript) {
      bytes += bytesOf(text);
      gzipBytes += body.byteLength;
    }
  }
  assert(addresses.filter((each) => each.endsWith(".js")).length > 5, "scripts");
  assert(bytes <= MOST_BYTES, `the first view takes ${bytes} bytes of script`);
  assert(gzipBytes <= MOST_GZIP_BYTES, `the first view takes ${gzipBytes} bytes of gzip`);
});

Deno.test("GET /page/:version/:file keeps the budget of script in all", async () => {
  await using test = await createTestApp();
  let [bytes, gzipBytes] = [0, 0];
  for (const name of (await readAssets()).byName.keys()) {
    if (!name.endsWith(".js")) continue;
    const headers = { "accept-encoding": "gzip" };
    bytes += bytesOf((await ask(test, `/page/${name}`)).text);
    const gzip = await test.app.request(`/page/${name}`, { headers });
    gzipBytes += (await gzip.arrayBuffer()).byteLength;
  }
  assert(bytes <= MOST_BYTES_IN_ALL, `all scripts take ${bytes} bytes`);
  assert(gzipBytes <= MOST_GZIP_BYTES_IN_ALL, `all scripts take ${gzipBytes} bytes of gzip`);
});

Deno.test("GET /page/:version/:file refuses what the page does not load, and queries", async () => {
  await using test = await createTestApp();
  const name = addressesOf((await ask(test, "/", { accept: BROWSER })).text)[0];
  for (const path of ["/page/app.js", "/page/..%2fassets.ts", "/page/x".padEnd(300, "x")]) {
    const problem = await assertProblem(await test.app.request(path), 404, "not-found");
    assert(String(problem.value).length < 200);
  }
  await assertProblem(await test.app.request(`${name}?x=1`), 400, "unknown-parameter");
  const post = await test.app.request(name, { method: "POST", body: "x" });
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
  await post.body!.cancel();
});

Deno.test("the page stands below a proxy's prefix, and needs no key to be shown", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-page-" });
  try {
    const keys = `${folder}/keys.json`;
    addApiKey(keys, { tenant: "acme" });
    await using test = await createTestApp({ keys, basePath: "/counts" });
    const root = new Request("http://localhost/counts/", { headers: { accept: BROWSER } });
    const addresses = addressesOf(await (await test.app.fetch(root)).text());
    assert(addresses.length > 5 && addresses.every((each) => each.startsWith("/counts/page/")));
    for (const address of addresses) {
      const response = await test.app.fetch(new Request(`http://localhost${address}`));
      assertEquals(response.status, 200, address);
      await response.body!.cancel();
    }
    assertEquals(
      (await test.app.fetch(new Request("http://localhost/counts/v1/jobs"))).status,
      401,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
