import { assert, assertEquals } from "@std/assert";
import { MAX_URL_CHARS } from "../../../src/http/door/address.ts";
import { Networks } from "../../../src/access/networks.ts";
import { createDoor, type DoorParts } from "../../../src/http/door/door.ts";
import { RequestGate } from "../../../src/http/door/gate.ts";
import { RequestScope } from "../../../src/http/door/request_scope.ts";
import { bearer, createRing } from "../../support/keys.ts";
import { assertProblem, createBareApp } from "../../support/http/test_app.ts";
import { stillClock } from "../../support/still_clock.ts";

interface DoorTestOptions {
  metricsPublic?: boolean;
}

/** Opens a door before a test app. */
function openDoor({ metricsPublic, ...parts }: Partial<DoorParts> & DoorTestOptions = {}) {
  const { basePath } = parts;
  const test = createBareApp({ metricsPublic, basePath });
  const gate = new RequestGate();
  const door = createDoor({ app: test.app, gate, ...parts });
  const ask = (path: string, init: RequestInit = {}, from = "192.0.2.1") =>
    door(new Request(`http://localhost${path}`, init), new RequestScope(comesFrom(from)));
  const close = () => test[Symbol.dispose]();
  return { ...test, gate, ask, [Symbol.dispose]: close } as
    & ReturnType<typeof createBareApp>
    & { gate: RequestGate; ask: typeof ask };
}

function comesFrom(hostname: string): Deno.ServeHandlerInfo {
  const remoteAddr = { transport: "tcp", hostname, port: 1 } as const;
  return { remoteAddr, completed: Promise.resolve() };
}

const counts = (init: RequestInit = {}) => ({ method: "POST", body: "to be", ...init });

Deno.test("createDoor() lets everybody in where there are no keys", async () => {
  using door = openDoor();
  assertEquals((await door.ask("/v1/count", counts())).status, 200);
  assertEquals((await door.ask("/v1/engine")).status, 200);
});

Deno.test("createDoor() says what browsers may do with every response, errors included", async () => {
  using door = openDoor();
  const closing = openDoor();
  void closing.gate.close();
  const responses = [
    await door.ask("/"),
    await door.ask("/v1/count", counts()),
    await door.ask("/v1/count", { method: "OPTIONS" }),
    await door.ask("/nowhere"),
    await door.ask("/v1/count", counts({ body: "" })),
    await closing.ask("/"),
  ];
  assertEquals(responses.map(({ status }) => status), [200, 200, 204, 404, 400, 503]);
  for (const [i, { headers }] of responses.entries()) {
    const isCount = i === 1;
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("x-frame-options"), isCount ? null : "SAMEORIGIN");
    assertEquals(headers.get("referrer-policy"), isCount ? null : "no-referrer");
    assertEquals(headers.get("cross-origin-resource-policy"), isCount ? null : "same-origin");
    assertEquals(headers.get("strict-transport-security"), null);
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
  closing[Symbol.dispose]();
});

Deno.test("createDoor() turns requests away when the gate is closed", async () => {
  using door = openDoor();
  await door.gate.close();
  const response = await door.ask("/v1/count", counts({ headers: { host: "x" } }));
  assertEquals(response.headers.get("connection"), "close");
  const overHttp2 = await door.ask("/v1/count", counts());
  assertEquals([overHttp2.status, overHttp2.headers.get("connection")], [503, null]);
  assertEquals(response.headers.get("retry-after"), "5");
  await assertProblem(response, 503, "shutting-down");
});

Deno.test("createDoor() counts a request out whose answer fails", async () => {
  const app = { table: [], fetch: () => Promise.reject(new TypeError("broken")) };
  const { error } = console;
  console.error = () => {};
  try {
    using door = openDoor({ app });
    await assertProblem(await door.ask("/"), 500, "internal");
    assertEquals(door.gate.inside, 0);
  } finally {
    console.error = error;
  }
});

Deno.test("createDoor() asks for a key on every path that is not public, however it is spelt", async () => {
  using door = openDoor({ keys: createRing({}).ring });
  const paths = [
    "/v1/count",
    "/v1/jobs",
    "/v1/jobs/x",
    "/v1/engine",
    "/metrics",
    "/nowhere",
    "//",
    "/v1",
    "/%76%31/count",
    "//v1/count",
    "/healthz/",
    "/%68ealthz",
    "/healthz%00",
    "/V1/count",
    "/healthz/..%2fv1/count",
    "/?/v1/count/..",
    "/docs/x/y",
    "/docs/",
    "/docs/..%2fv1/count",
    "/docs/..%2fv1%2fcount",
  ];
  for (const path of paths) {
    for (const method of ["GET", "POST", "OPTIONS", "DELETE"]) {
      if (path.startsWith("/?")) continue;
      const response = await door.ask(path, { method });
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="millrace"', path);
      await assertProblem(response, 401, "missing-key");
    }
  }
  for (const path of ["/", "/healthz", "/?/v1/count", "/healthz?x"]) {
    assertEquals((await door.ask(path)).status, 200, path);
  }
  await assertProblem(await door.ask("/docs/x"), 404, "not-found");
});

Deno.test("createDoor() knows a tenant by its key and nobody by another", async () => {
  const { ring, tokens: [token] } = createRing({ tenant: "acme" });
  using door = openDoor({ keys: ring });
  for (const scheme of ["Bearer", "bearer", "BEARER "]) {
    const headers = { authorization: `${scheme} ${token}` };
    assertEquals((await door.ask("/v1/count", counts({ headers }))).status, 200, scheme);
  }
  assertEquals(door.engine.jobs.length, 3);
  const invalid = 'Bearer realm="millrace", error="invalid_token"';
  for (const other of [token.slice(1), token + "0", "x", createRing({}).tokens[0]]) {
    const response = await door.ask("/v1/count", counts({ headers: bearer(other) }));
    assertEquals(response.headers.get("www-authenticate"), invalid);
    await assertProblem(response, 401, "invalid-key");
  }
  for (const authorization of ["Basic eDp5", token, "Bearer", "Bearer a b"]) {
    const response = await door.ask("/v1/count", counts({ headers: { authorization } }));
    await assertProblem(response, 401, "missing-key");
  }
});

Deno.test("checkRight() lets a key do what its rights say and nothing else", async () => {
  const rights = [["read"], ["write"], ["observe"]] as const;
  const { ring, tokens } = createRing(...rights.map((each) => ({ rights: each })));
  using door = openDoor({ keys: ring });
  const rows = [
    { path: "/v1/kernels", init: {}, may: "read" },
    { path: "/v1/kernels", init: { method: "HEAD" }, may: "read" },
    { path: "/v1/count", init: counts(), may: "write" },
    { path: "/v1/jobs", init: counts(), may: "write" },
    { path: "/v1/jobs/x", init: { method: "DELETE" }, may: "write" },
    { path: "/v1/engine", init: {}, may: "observe" },
    { path: "/%76%31/engine", init: {}, may: "observe" },
  ];
  for (const { path, init, may } of rows) {
    for (const [i, [right]] of rights.entries()) {
      const response = await door.ask(path, { ...init, headers: bearer(tokens[i]) });
      assertEquals(response.status === 403, right !== may, `${path} with ${right}`);
      if (right === may) continue;
      const challenge = 'Bearer realm="millrace", error="insufficient_scope"';
      assertEquals(response.headers.get("www-authenticate"), challenge);
    }
  }
});

Deno.test("createDoor() asks for a key to metrics unless they are public", async () => {
  const keys = createRing({}).ring;
  using closed = openDoor({ keys });
  using open = openDoor({ keys, metricsPublic: true });
  await assertProblem(await closed.ask("/metrics"), 401, "missing-key");
  assertEquals((await open.ask("/metrics")).status, 200);
});

Deno.test("createDoor() limits the requests of each address, and says so", async () => {
  using _still = stillClock(); // however long a busy machine takes between two requests
  using door = openDoor({ rate: { requests: 2, windowMs: 60_000 } });
  const first = await door.ask("/v1/kernels");
  assertEquals(first.headers.get("ratelimit-policy"), '"requests";q=2;w=60');
  assertEquals(first.headers.get("ratelimit"), '"requests";r=1;t=30');
  assertEquals((await door.ask("/v1/kernels")).headers.get("ratelimit"), '"requests";r=0;t=30');
  const refused = await door.ask("/v1/kernels");
  assertEquals(refused.headers.get("retry-after"), "30");
  assertEquals(refused.headers.get("ratelimit"), '"requests";r=0;t=30');
  const problem = await assertProblem(refused, 429, "rate-limited");
  assertEquals([problem.limit, problem.windowSeconds], [2, 60]);
  assertEquals((await door.ask("/healthz")).status, 200);
  assertEquals((await door.ask("/v1/kernels", {}, "192.0.2.2")).status, 200);
});

Deno.test("createDoor() limits the requests of each tenant, by its own rate if it has one", async () => {
  using _still = stillClock();
  const rate = { requests: 3, windowMs: 60_000 };
  const { ring, tokens } = createRing({ tenant: "a" }, { tenant: "a" }, { tenant: "b", rate });
  using door = openDoor({ keys: ring, rate: { requests: 1, windowMs: 1000 } });
  const ask = async (i: number) =>
    (await door.ask("/v1/kernels", { headers: bearer(tokens[i]) }, `192.0.2.${i}`)).status;
  assertEquals([await ask(0), await ask(1)], [200, 429]);
  assertEquals([await ask(2), await ask(2), await ask(2), await ask(2)], [200, 200, 200, 429]);
});

Deno.test("createDoor() refuses addresses that are too long", async () => {
  using door = openDoor();
  const path = `/v1/count?stopWords=${"a".repeat(MAX_URL_CHARS)}`;
  const problem = await assertProblem(await door.ask(path, counts()), 414, "uri-too-long");
  assertEquals(problem.limit, MAX_URL_CHARS);
});

Deno.test("createDoor() refuses hosts that are none", async () => {
  using door = openDoor();
  const response = await door.ask("/healthz", { headers: { host: "x/v1/engine?" } });
  assertEquals((await assertProblem(response, 400, "invalid-host")).value, "x/v1/engine?");
});

const ORIGIN = "https://app.example";
const PREFLIGHT = {
  method: "OPTIONS",
  headers: {
    origin: ORIGIN,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "authorization,content-type",
  },
};

Deno.test("createDoor() lets scripts of listed origins call, with a key, and read headers", async () => {
  const { ring, tokens: [token] } = createRing({});
  using door = openDoor({ keys: ring, corsOrigins: [ORIGIN] });
  const preflight = await door.ask("/v1/count", PREFLIGHT);
  assertEquals(preflight.status, 204);
  assertEquals(preflight.headers.get("access-control-allow-origin"), ORIGIN);
  assert(preflight.headers.get("access-control-allow-methods")!.split(",").includes("PUT"));
  const allowed = preflight.headers.get("access-control-allow-headers");
  assertEquals(allowed, "authorization,content-type");
  const headers = { origin: ORIGIN, ...bearer(token) };
  for (
    const [init, status] of [[{ headers }, 200], [{ headers: { origin: ORIGIN } }, 401]] as const
  ) {
    const response = await door.ask("/v1/count", counts(init));
    assertEquals(response.status, status);
    assertEquals(response.headers.get("access-control-allow-origin"), ORIGIN);
    assertEquals(response.headers.get("access-control-allow-credentials"), null);
    assert(response.headers.get("vary")!.split(", ").includes("Origin"));
    const exposed = response.headers.get("access-control-expose-headers")!.split(",");
    for (const name of ["Location", "ETag", "RateLimit"]) assert(exposed.includes(name), name);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("createDoor() tells scripts of other origins nothing", async () => {
  using listed = openDoor({ corsOrigins: ["https://other.example"] });
  using closed = openDoor();
  for (const door of [listed, closed]) {
    const preflight = await door.ask("/v1/count", PREFLIGHT);
    const response = await door.ask("/v1/count", counts({ headers: { origin: ORIGIN } }));
    for (const { headers } of [preflight, response]) {
      assertEquals(headers.get("access-control-allow-origin"), null);
    }
  }
  using open = openDoor({ corsOrigins: ["*"] });
  const { headers } = await open.ask("/", { headers: { origin: ORIGIN } });
  assertEquals(headers.get("access-control-allow-origin"), "*");
});

Deno.test("createDoor() takes nothing from pages of other origins, and lets them be told where listed", async () => {
  using door = openDoor();
  for (const path of ["/v1/count", "/v1/jobs"]) {
    const response = await door.ask(path, counts({ headers: { origin: ORIGIN } }));
    const problem = await assertProblem(response, 403, "cross-origin");
    assertEquals(problem.value, ORIGIN);
  }
  assertEquals(door.engine.jobs.length, 0);
  assertEquals((await door.ask("/healthz", { headers: { origin: ORIGIN } })).status, 200);
  using listed = openDoor({ corsOrigins: [ORIGIN] });
  const answer = await listed.ask("/v1/count", counts({ headers: { origin: ORIGIN } }));
  assertEquals(answer.status, 200);
});

Deno.test("createDoor() answers for the hosts of its list alone, whatever is asked", async () => {
  using door = openDoor({ hosts: [] });
  for (const path of ["/", "/healthz", "/v1/jobs", "/nowhere"]) {
    const response = await door.ask(path, { headers: { host: "evil.example" } });
    assertEquals((await assertProblem(response, 421, "misdirected-host")).value, "evil.example");
  }
  assertEquals((await door.ask("/", { headers: { host: "localhost:8000" } })).status, 200);
});

Deno.test("createDoor() puts the prefix before every address, whether a proxy names it or an option", async () => {
  const trustProxy = Networks.parse("192.0.2.0/24")!;
  const told = {
    "x-forwarded-prefix": "/counts",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "example.org",
  };
  const rows: [Partial<DoorParts>, Record<string, string>, string, string][] = [
    [{ trustProxy }, told, "", "https://example.org"],
    [{ trustProxy, basePath: "/counts" }, {}, "", "http://localhost"],
    [{ basePath: "/counts" }, told, "", "http://localhost"],
    [{ basePath: "/counts" }, {}, "/counts", "http://localhost"],
  ];
  for (const [parts, headers, before, origin] of rows) {
    using door = openDoor(parts);
    const ask = (path: string, init: RequestInit = {}) =>
      door.ask(before + path, { ...init, headers });
    const accepted = await ask("/v1/jobs", counts());
    const { id, links } = await accepted.json();
    await door.jobs.drained();
    assertEquals(accepted.headers.get("location"), `/counts/v1/jobs/${id}`);
    assertEquals(links, {
      self: `/counts/v1/jobs/${id}`,
      result: `/counts/v1/jobs/${id}/result`,
      events: `/counts/v1/jobs/${id}/events`,
    });
    const page = await ask(`/v1/jobs/${id}/result?limit=1`);
    assertEquals(
      (await page.json()).next.startsWith(`/counts/v1/jobs/${id}/result?limit=1&`),
      true,
    );
    assert(page.headers.get("link")!.startsWith(`</counts/v1/jobs/${id}/result?limit=1&`));
    const end = await (await ask(`/v1/jobs/${id}/events`)).text();
    assert(end.includes(`"self":"/counts/v1/jobs/${id}"`), end);
    await (await ask("/v1/jobs", counts())).body?.cancel();
    await door.jobs.drained();
    const list = await (await ask("/v1/jobs?limit=1")).json();
    assert(list.links.next.startsWith("/counts/v1/jobs?limit=1&"), list.links.next);
    const document = await (await ask("/openapi.json")).json();
    assertEquals(document.servers[0].url, "/counts");
    for (const path of ["/", "/docs"]) {
      const text = await (await ask(path)).text();
      assert(text.includes(`${origin}/counts/v1/count`), text.slice(0, 300));
      for (const site of ["site.invalid", "localhost:8000"]) {
        assert(!text.includes(site), `${path}: examples ask ${site}`);
      }
    }
  }
});

Deno.test("createDoor() counts the client that a trusted proxy tells, and no other's word", async () => {
  using _still = stillClock();
  const rate = { requests: 1, windowMs: 60_000 };
  using door = openDoor({ rate, trustProxy: Networks.parse("10.0.0.0/8")! });
  const ask = async (client: string, peer = "10.0.0.1") => {
    const headers = { "x-forwarded-for": client };
    return (await door.ask("/v1/kernels", { headers }, peer)).status;
  };
  assertEquals([await ask("192.0.2.1"), await ask("192.0.2.2"), await ask("192.0.2.1")], [
    200,
    200,
    429,
  ]);
  assertEquals(await ask("198.51.100.7, 192.0.2.2"), 429);
  assertEquals([await ask("a", "203.0.113.1"), await ask("b", "203.0.113.1")], [200, 429]);
});
