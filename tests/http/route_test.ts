import { assertEquals, assertStringIncludes } from "@std/assert";
import { RequestGate } from "../../src/http/door/gate.ts";
import { createDoor } from "../../src/http/door/door.ts";
import { RequestScope } from "../../src/http/door/request_scope.ts";
import { observe } from "../../src/http/door/observe.ts";
import { createPathTest, findRoute, methodsOf, type Route } from "../../src/http/route.ts";
import { HttpMetrics } from "../../src/observe/http_metrics.ts";
import { parseExposition } from "../support/http/prometheus.ts";
import { createBareApp } from "../support/http/test_app.ts";
import { createRing } from "../support/keys.ts";

/** A route that answers `path`, and PATCH, which no route of the product does. */
function createRoute(path: string, rest: Partial<Route> = {}): Route {
  const method = (id: string, brief?: string) => ({
    handle: () => new Response("here"),
    docs: {
      id,
      tag: "About",
      summary: "Something made up",
      brief,
      ignoresQuery: true,
      answers: { 200: { about: "A text" } },
    } as const,
  });
  return {
    path,
    methods: { GET: method("getMadeUp", "made up for a test"), PATCH: method("patchMadeUp") },
    ...rest,
  };
}

/** A whole server's handler with one route more, for callers with keys. */
function openServer(route: Route) {
  const metrics = new HttpMetrics();
  const test = createBareApp({ metrics, more: [route] });
  const gate = new RequestGate();
  const { ring: keys } = createRing({});
  const corsOrigins = ["https://app.example"];
  const handle = observe(createDoor({ app: test.app, gate, keys, corsOrigins }), { metrics });
  const ask = async (path: string, init?: RequestInit) => {
    const response = await handle(new Request(`http://localhost${path}`, init));
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { app: test.app, ask, gate, [Symbol.dispose]: () => test[Symbol.dispose]() };
}

Deno.test("createDoor() asks for a key on a new route unless everybody may come", async () => {
  using open = openServer(createRoute("/v1/new", { access: "everybody" }));
  using closed = openServer(createRoute("/v1/new"));
  assertEquals((await open.ask("/v1/new")).text, "here");
  assertEquals((await closed.ask("/v1/new")).status, 401);
  using pages = openServer(createRoute("/guide/:page", { access: "everybody" }));
  const paths = ["/guide/begin", "/guide/", "/guide/a/b", "/guide", "/v1/engine"];
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await pages.ask(path)).status);
  assertEquals(statuses, [200, 401, 401, 401, 401]);
});

Deno.test("createDoor() answers a new route behind a closed gate if it says so", async () => {
  using probe = openServer(createRoute("/probe", { access: "everybody", whileDraining: true }));
  using other = openServer(createRoute("/probe", { access: "everybody" }));
  void probe.gate.close();
  void other.gate.close();
  assertEquals((await probe.ask("/probe?x=1")).text, "here");
  assertEquals((await probe.ask("/probes")).status, 503);
  assertEquals((await other.ask("/probe")).status, 503);
});

Deno.test("createDoor() lets scripts of other origins use the methods of a new route", async () => {
  using server = openServer(createRoute("/v1/new"));
  const { headers } = await server.ask("/v1/count", {
    method: "OPTIONS",
    headers: { origin: "https://app.example", "access-control-request-method": "PATCH" },
  });
  assertEquals(headers.get("access-control-allow-methods"), "GET,HEAD,POST,PUT,DELETE,PATCH");
});

Deno.test("createApp() names a new route in its welcome, its document, its errors and its metrics", async () => {
  using server = openServer(createRoute("/v1/new/:id", { access: "everybody" }));
  const { app } = server;
  const welcome = await (await app.request("/")).text();
  // The columns are as wide as the longest path, whatever that is.
  const lines = welcome.split("\n").filter((line) => line.includes("new"));
  assertEquals(lines.map((line) => line.split(/ {2,}/)), [
    ["GET", "/v1/new/:id", "made up for a test"],
  ]);
  const { paths } = await (await app.request("/openapi.json")).json();
  assertEquals(Object.keys(paths["/v1/new/{id}"]), ["get", "patch"]);
  assertEquals(paths["/v1/new/{id}"].get.security, []);
  const page = await (await app.request("/docs")).text();
  assertStringIncludes(page, "<code>PATCH /v1/new/{id}</code>");
  const unknown = await (await app.request("/nowhere")).json();
  assertEquals(unknown.allowed.at(-1), "/v1/new/:id");
  const wrong = await app.request("/v1/new/1", { method: "PUT" });
  assertEquals([wrong.status, wrong.headers.get("allow")], [405, "GET, PATCH, HEAD, OPTIONS"]);
  await wrong.body!.cancel();
  await server.ask("/v1/new/7");
  const values = parseExposition(await (await app.request("/metrics")).text());
  const labels = 'route="/v1/new/:id",method="GET",status="2xx"';
  assertEquals(values.get(`millrace_http_requests_total{${labels}}`), 1);
});

Deno.test("createApp() asks a new route's callers for its right", async () => {
  const route = createRoute("/v1/new", { access: "observe" });
  using test = createBareApp({ more: [route] });
  const scope = new RequestScope();
  scope.caller = { tenant: "acme", rights: ["read", "write"] };
  const answers = ["GET", "PATCH"].map(async (method) => {
    const request = new Request("http://localhost/v1/new", { method });
    return (await test.app.fetch(request, scope)).status;
  });
  assertEquals(await Promise.all(answers), [403, 403]);
});

Deno.test("findRoute() takes any one segment for a parameter, and the first of two routes", () => {
  const [list, fixed, one] = ["/a", "/a/b", "/a/:id"].map((path) => createRoute(path));
  const table = [list, fixed, one];
  const found = ["/a", "/a/b", "/a/c", "/a/", "/a/c/d", "/b"].map((path) => findRoute(table, path));
  assertEquals(found, [list, fixed, one, undefined, undefined, undefined]);
});

Deno.test("createPathTest() tells a fixed path from the parameter that would take it", () => {
  const table = [createRoute("/a/b"), createRoute("/a/:id", { access: "everybody" })];
  const isPublic = createPathTest(table, ({ access }) => access === "everybody");
  assertEquals(["/a/b", "/a/c", "/A/c", "/a/%62"].map(isPublic), [false, true, false, false]);
});

Deno.test("methodsOf() adds what every route answers", () => {
  const { methods: { GET, PATCH } } = createRoute("/a");
  assertEquals(methodsOf({ path: "/", methods: { GET } }), ["GET", "HEAD", "OPTIONS"]);
  assertEquals(methodsOf({ path: "/", methods: { PATCH } }), ["PATCH", "OPTIONS"]);
});
