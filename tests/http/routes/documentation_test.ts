import { assert, assertEquals } from "@std/assert";
import { createTestApp } from "../../support/http/test_app.ts";

Deno.test("GET /docs is a page that loads nothing, under a policy that allows nothing", async () => {
  await using test = await createTestApp();
  const response = await test.app.request("/docs");
  const page = await response.text();
  const policy = response.headers.get("content-security-policy")!;
  assertEquals(response.status, 200);
  assert(policy.startsWith("default-src 'none';"), policy);
  assertEquals(
    /<(script|link|img|iframe|object|embed)|<[^>]*\s(style|on\w+)=|url\(|@import/.exec(page),
    null,
  );
  for (const [, address] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
    assert(/^(#[\w-]+|openapi\.json|docs\/[a-z]+)$/.test(address), address);
  }
  const style = /<style>([^]*?)<\/style>/.exec(page)![1];
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(hash)));
  assert(policy.includes(`style-src 'sha256-${base64}'`), policy);
});

Deno.test("GET /docs shows every operation, parameter and document", async () => {
  await using test = await createTestApp();
  const page = await (await test.app.request("/docs")).text();
  const { paths, components } = await (await test.app.request("/openapi.json")).json();
  for (const [path, methods] of Object.entries<Record<string, Operation>>(paths)) {
    for (const [method, { operationId, parameters = [] }] of Object.entries(methods)) {
      assert(page.includes(`<code>${method.toUpperCase()} ${path}</code>`), `${method} ${path}`);
      const start = page.indexOf(`<section id="${operationId}">`);
      const section = page.slice(start, page.indexOf("</section>", start));
      for (const { name } of parameters) assert(section.includes(`<code>${name}</code>`), name);
    }
  }
  for (const name of Object.keys(components.schemas)) {
    assert(page.includes(`<section id="schema-${name}">`), name);
  }
  for (const [, target] of page.matchAll(/href="#([\w-]+)"/g)) {
    assert(page.includes(`id="${target}"`), target);
  }
  assertEquals(/undefined|\[object |NaN/.exec(page), null);
});

interface Operation {
  operationId: string;
  parameters?: { name: string }[];
}

Deno.test("GET /openapi.json and GET /docs take no parameters", async () => {
  await using test = await createTestApp();
  for (const path of ["/openapi.json?x=1", "/docs?x=1"]) {
    assertEquals((await test.app.request(path)).status, 400);
  }
});
