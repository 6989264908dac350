import { assert, assertEquals } from "@std/assert";
import { createApiKey, digestOf } from "../../src/access/api_key.ts";
import { RIGHTS } from "../../src/contract/rights.ts";
import { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server.ts";
import { assertNoFault } from "../support/modules/engine_runs.ts";
import { MODULES } from "../support/modules/modules.ts";
import { sentModule } from "../support/modules/sent_module.ts";
import { freshSeed, Random } from "../support/random.ts";
import { soon, until } from "../support/waits.ts";

const TENANTS = 32;
const ROUNDS = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 100_000);

/** Two of these are without end, and each holds a thread for so long. */
const KERNEL_MS = 1500;

const HOSTILE: readonly [problem: string, module: Uint8Array][] = [
  ["kernel-timeout", MODULES.endless()],
  ["kernel-timeout", MODULES.endlessStart()],
  ["kernel-trapped", MODULES.traps(0)],
  ["kernel-trapped", MODULES.recurses()],
  ["kernel-trapped", MODULES.fails("no")],
  ["kernel-out-of-memory", MODULES.grows()],
  ["kernel-output-too-large", MODULES.emitsAlways()],
  ["kernel-output-too-large", MODULES.hugeKey(70_000)],
];

/** Emits its options, so that it shows whose it got; two tenants send the same bytes. */
const SHARED = sentModule(MODULES.options(), {
  options: [{ name: "secret", type: "string", default: "none" }],
});

/** One tenant's client. */
class Tenant {
  readonly key = createApiKey();
  readonly name: string;
  readonly secret: string;
  /** Its kernel. */
  id = "";

  constructor(readonly number: number, readonly origin: string = "") {
    this.name = `tenant-${number}`;
    this.secret = `secret of ${number}`.padEnd(16, ".");
  }

  get row() {
    const { key: { id, token }, name: tenant } = this;
    const hash = `sha256:${digestOf(token).toString("hex")}`;
    return { id, tenant, rights: [...RIGHTS], hash, created: "2026-01-01T00:00:00Z" };
  }

  get hostile() {
    return HOSTILE[this.number - (TENANTS - HOSTILE.length)];
  }

  /** Whether it sends the same kernel as another one. */
  get shares(): boolean {
    return this.number < 2;
  }

  get module(): Uint8Array<ArrayBuffer> {
    if (this.shares) return SHARED;
    const { number } = this;
    return sentModule(this.hostile?.[1] ?? MODULES.remembers(this.secret), {}, number);
  }
}

/** What a tenant asks of a server. */
type Ask = (tenant: Tenant, path: string, init?: RequestInit) => Promise<Response>;

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => {
  return { method: "POST", body, headers };
};

async function startTenants() {
  const tenants = Array.from({ length: TENANTS }, (_, i) => new Tenant(i));
  const keys = JSON.stringify(tenants.map(({ row }) => row));
  const engine = await Engine.start({
    workers: 4,
    memoryBytes: 256 << 20,
    chunkBytes: 60_000,
    kernelTimeoutMs: KERNEL_MS,
    maxKernelFailures: Infinity,
  });
  const server = await startServer({ port: 0, keys }, { engine });
  const ask: Ask = ({ key }, path, init = {}) =>
    soon(fetch(`${server.origin}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${key.token}` },
    }));
  const close = () => server.close();
  return { tenants, engine, ask, server, [Symbol.asyncDispose]: close };
}

function linesOf(tenant: Tenant, random: Random): string[] {
  const lines = random.pick([1, 100, 20_000]);
  return Array.from({ length: lines }, (_, i) => `${tenant.name} ${i % 97} né`);
}

/** Counts by a tenant's own kernel, and compares. */
async function countOnce(tenant: Tenant, ask: Ask, random: Random, round: number): Promise<void> {
  const path = round % 2 === 0 ? "/v1/count" : "/v1/jobs";
  const lines = linesOf(tenant, random);
  const mine = tenant.shares ? `&option.secret=${encodeURIComponent(tenant.secret)}` : "";
  const query = `kernel=${tenant.id}&top=0&format=json&order=key${mine}`;
  const key = { "idempotency-key": `"round ${round}"` }; // of all tenants
  const response = path === "/v1/count"
    ? await ask(tenant, `${path}?${query}`, post(lines.join("\n")))
    : await ask(tenant, `${path}?${query}`, post(lines.join("\n"), key));
  const text = path === "/v1/count" ? await response.text() : await resultOf(tenant, ask, response);
  check(tenant, text, lines);
}

async function resultOf(tenant: Tenant, ask: Ask, accepted: Response): Promise<string> {
  if (accepted.status === 422) return await accepted.text(); // it failed while its text came
  assertEquals(accepted.status, 202);
  const { links } = await accepted.json();
  return await (await ask(tenant, `${links.result}?wait=60&top=0&format=json&order=key`)).text();
}

function check(tenant: Tenant, text: string, lines: readonly string[]): void {
  const answer = JSON.parse(text);
  const { hostile, secret, name } = tenant;
  for (let other = 0; other < TENANTS; other++) {
    if (other === tenant.number) continue;
    assert(!text.includes(`secret of ${other}.`), `${name} learns of ${other}: ${text}`);
    assert(!text.includes(`tenant-${other} `), `${name} learns of ${other}: ${text}`);
  }
  if (hostile) return assertEquals(answer.type, `urn:millrace:problem:${hostile[0]}`, text);
  assert(answer.counts, `${name}: ${text}`);
  const counts = new Map<string, number>(
    answer.counts.map(({ key, count }: { key: string; count: number }) => [key, count]),
  );
  if (tenant.shares) {
    return assertEquals([...counts.keys()], [JSON.stringify({ secret })], text);
  }
  // A new instance finds nothing, one that the job has had before its own secret.
  counts.delete("\0".repeat(16));
  counts.delete(secret);
  assertEquals(counts, countAll(lines), name);
}

function countAll(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines.toSorted()) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

Deno.test(`${TENANTS} tenants count by kernels of their own, and none learns of another`, async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using test = await startTenants();
  const { tenants, engine, ask } = test;
  await Promise.all(tenants.map(async (tenant) => {
    const headers = { "content-type": "application/wasm" };
    const pushed = await ask(tenant, "/v1/kernels", post(tenant.module, headers));
    tenant.id = (await pushed.json()).id;
    assertEquals(pushed.status, 201);
  }));
  let harmless = tenants.filter(({ hostile }) => !hostile).length;
  await Promise.all(tenants.map(async (tenant) => {
    const isHarmless = !tenant.hostile;
    for (let round = 0; isHarmless ? round < ROUNDS : harmless > 0; round++) {
      await countOnce(tenant, ask, random, round);
    }
    if (isHarmless) harmless--;
  }));
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
  for (const tenant of tenants.slice(0, 4)) await spy(tenant, tenants, ask);
  await removeShared(tenants, ask, random);
});

/** Looks for what others have. */
async function spy(tenant: Tenant, tenants: readonly Tenant[], ask: Ask): Promise<void> {
  const { kernels } = await (await ask(tenant, "/v1/kernels")).json();
  const own = kernels.filter(({ builtIn }: { builtIn: boolean }) => !builtIn);
  assertEquals(own.map(({ id }: { id: string }) => id), [tenant.id]);
  const others = tenants.filter(({ id }) => id !== tenant.id);
  for (const { id } of others) {
    for (const name of [id, id.slice(0, 8)]) {
      const path = `/v1/kernels/${name}`;
      const asks: [string, RequestInit?][] = [
        [`/v1/count?kernel=${name}`, post("a")],
        [`/v1/jobs?kernel=${name}`, post("a")],
        [path],
        [`${path}/source`],
        [`${path}/try`, post("a")],
        [path, { method: "DELETE" }],
      ];
      for (const [what, init] of asks) {
        const response = await ask(tenant, what, init);
        const text = await response.text();
        assertEquals(response.status, 404, `${what}: ${text}`);
        assertEquals(JSON.parse(text).type, "urn:millrace:problem:unknown-kernel");
        for (const other of others) {
          if (other.id === id) continue; // what it was asked for, it may say
          assert(!text.includes(other.id.slice(0, 12)), `${what}: ${text}`);
        }
      }
    }
  }
  await spyOnJobs(tenant, tenants, ask);
}

async function spyOnJobs(tenant: Tenant, tenants: readonly Tenant[], ask: Ask): Promise<void> {
  const idsOf = async (who: Tenant): Promise<string[]> => {
    const { jobs } = await (await ask(who, "/v1/jobs?limit=100")).json();
    return jobs.map(({ id }: { id: string }) => id);
  };
  const own = new Set(await idsOf(tenant));
  assert(own.size > 0);
  for (const other of [tenants[1], tenants[5], tenants.at(-1)!]) {
    if (other === tenant) continue;
    for (const id of (await idsOf(other)).slice(0, 3)) {
      assert(!own.has(id));
      for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/result`, `/v1/jobs/${id}/events`]) {
        const response = await ask(tenant, path);
        assertEquals([response.status, (await response.text()).includes("secret")], [404, false]);
      }
    }
  }
}

/** A kernel that another tenant has sent as well stays there for that one. */
async function removeShared([one, two]: Tenant[], ask: Ask, random: Random): Promise<void> {
  assertEquals(one.id, two.id);
  assertEquals((await ask(one, `/v1/kernels/${one.id}`, { method: "DELETE" })).status, 204);
  const gone = await ask(one, `/v1/count?kernel=${one.id}`, post("a"));
  assertEquals([gone.status, (await gone.text()).includes(two.secret)], [404, false]);
  await countOnce(two, ask, random, 0);
}
