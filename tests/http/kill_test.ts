import { assert, assertEquals, AssertionError } from "@std/assert";
import { checkDirectory } from "../../src/store/check_directory.ts";
import { COMPRESS } from "../support/compress.ts";
import { freshSeed, Random } from "../support/random.ts";
import { ServerProcess } from "../support/http/server.ts";
import { eventually, pause, until } from "../support/waits.ts";

/** How often the server is killed; CI asks for more. */
const KILLS = Number(Deno.env.get("MILLRACE_KILLS") ?? 5);

/** Most jobs that a server accepts before it is killed; some accept none. */
const MOST_JOBS = 12;

/** Clients that send one job after the other. */
const CLIENTS = 3;

/** A job that got a 202, and what its counts must be. */
interface Accepted {
  location: string;
  counts: string;
}

/** A job under an id of the client whose server was gone before it could answer. */
interface Unanswered {
  id: string;
  task: Task;
}

/** What clients have come to know of their jobs. */
interface Sent {
  accepted: Accepted[];
  unanswered: Unanswered[];
}

const WORDS = ["to", "be", "or", "not", "that", "is", "the", "question", "whether", "tis"];

/** A text of up to some megabytes, what is asked of it, and the answer as TSV. */
interface Task {
  text: string;
  query: string;
  counts: string;
}

/** Words to count, or records whose numbers are added up. */
function makeTask(random: Random): Task {
  const verse = Array.from({ length: random.between(1, 200) }, () => random.pick(WORDS));
  const times = random.pick([1, 1, 10, 1000, 5000]);
  const counts = new Map<string, number>();
  for (const word of verse) counts.set(word, (counts.get(word) ?? 0) + times);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rows = (each: (count: number) => string) =>
    sorted.map(([word, count]) => `${word}\t${each(count)}\n`).join("");
  if (random.oneIn(2)) {
    return {
      text: `${verse.join(" ")}\n`.repeat(times),
      query: "top=0&format=tsv",
      counts: rows(String),
    };
  }
  return {
    text: verse.map((word) => `0.25,${word}\n`).join("").repeat(times),
    query: "top=0&format=tsv&key=column(2)&value=column(1)",
    counts: rows((count) => (count / 4).toFixed(2)),
  };
}

/** Ways to send a text; each is kept, and counted again, as it came. */
const WRAPPINGS: ((text: string, texts: Texts) => RequestInit)[] = [
  (text) => ({ body: text }),
  (text) => ({ body: new Blob([text]).stream() }), // of unknown length
  (text) => ({ body: JSON.stringify({ text }), headers: { "content-type": "application/json" } }),
  (text) => ({
    body: COMPRESS.gzip(new TextEncoder().encode(text)),
    headers: { "content-encoding": "gzip" },
  }),
  (text) => {
    const body = new FormData();
    body.append("a", new Blob([text]), "a.txt");
    return { body };
  },
  (text, texts) => ({
    body: JSON.stringify({ url: texts.publish(text) }),
    headers: { "content-type": "application/json" },
  }),
];

/** Serves texts under addresses of their own. */
class Texts implements AsyncDisposable {
  readonly #texts: string[] = [];
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => new Response(this.#texts[Number(new URL(url).pathname.slice(1))]),
  );

  publish(text: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}/${this.#texts.push(text) - 1}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

/** Sends jobs until the server is gone. */
async function sendJobs(
  origin: string,
  random: Random,
  { accepted, unanswered }: Sent,
  texts: Texts,
): Promise<void> {
  while (true) {
    const task = makeTask(random);
    const { text, query, counts } = task;
    const id = crypto.randomUUID();
    const isNamed = random.pick([true, false]);
    try {
      const location = isNamed
        ? await putJob(origin, id, task)
        : await postJob(origin, query, random.pick(WRAPPINGS)(text, texts), id);
      accepted.push({ location, counts });
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      if (isNamed) unanswered.push({ id, task });
      return; // the server is gone, whether it had the job or not
    }
  }
}

/** Sends a job under an id of its client. @returns Its location. */
async function putJob(origin: string, id: string, { text: body, query }: Task): Promise<string> {
  const response = await fetch(`${origin}/v1/jobs/${id}?${query}`, { method: "PUT", body });
  const text = await response.text();
  assertEquals(response.status, 202, text);
  return response.headers.get("location")!;
}

async function postJob(
  origin: string,
  query: string,
  init: RequestInit,
  key: string,
): Promise<string> {
  const response = await fetch(`${origin}/v1/jobs?${query}`, {
    ...init,
    method: "POST",
    headers: { ...init.headers, "idempotency-key": `"${key}"` },
  });
  assertEquals(response.status, 202, await response.clone().text());
  await response.body!.cancel();
  return response.headers.get("location")!;
}

Deno.test(`a server killed ${KILLS} times under load finishes every job that got its 202`, async () => {
  const random = new Random(freshSeed());
  console.log(`seed ${random.seed}`);
  const data = await Deno.makeTempDir({ prefix: "millrace-" });
  await using texts = new Texts();
  const args = ["--data", data, "--workers", "2", "--allow-private-urls"];
  const start = () => ServerProcess.start({ args });
  const sent: Sent = { accepted: [], unanswered: [] };
  const { accepted, unanswered } = sent;
  const served = new Map<string, string>();
  for (let kill = 0; kill < KILLS; kill++) {
    await using server = await start();
    const { origin } = server;
    const clients = Array.from(
      { length: CLIENTS },
      () => sendJobs(origin, random, sent, texts),
    );
    const reader = readSome(origin, random, accepted, served);
    const enough = accepted.length + random.below(MOST_JOBS + 1);
    await until(() => accepted.length >= enough);
    server.kill("SIGKILL");
    await server.ended();
    await Promise.all([...clients, reader]);
    assert(!/failed|Cannot/.test(server.output), server.output);
  }

  await using server = await start();
  // Whether the killed server had the job or not, its id may be used again, for the same request.
  for (const { id, task } of unanswered) {
    const { counts } = task;
    accepted.push({ location: await putJob(server.origin, id, task), counts });
  }
  for (const { location, counts } of accepted) {
    const result = await fetch(`${server.origin}${location}/result?wait=60`);
    const answer = [result.status, await result.text()];
    assertEquals(answer, [200, counts], `${location}\n${server.output}`);
  }
  for (const [location, counts] of served) {
    const result = await fetch(`${server.origin}${location}/result`);
    assertEquals(await result.text(), counts, `${location} was served before`);
  }
  let ids: string[] = [];
  // Some jobs run yet of which no client knows: their server was gone before it could say so.
  await eventually(async () => void (ids = await listIds(server.origin)));
  assertEquals(new Set(ids).size, ids.length);
  for (const { location } of accepted) assert(ids.includes(location.split("/").at(-1)!));
  console.log(`${unanswered.length} jobs sent again`);
  console.log(`${accepted.length} jobs accepted, ${served.size} results served between kills`);
  assertEquals(await Array.fromAsync(Deno.readDir(`${data}/inputs`)), []);
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 0, server.output);
  const { whole, leftOver, damage } = await checkDirectory(data);
  assertEquals([whole.files, leftOver.files, damage], [ids.length, 0, []]);
  await Deno.remove(data, { recursive: true });
});

/** Reads results that are there, until the server is gone. */
async function readSome(
  origin: string,
  random: Random,
  accepted: Accepted[],
  served: Map<string, string>,
): Promise<void> {
  while (true) {
    const job = accepted[random.below(accepted.length)];
    try {
      const result = await fetch(`${origin}${job?.location ?? "/healthz"}/result`);
      const text = await result.text();
      if (result.status === 200) served.set(job.location, text);
    } catch {
      return;
    }
    await pause(5);
  }
}

async function listIds(origin: string): Promise<string[]> {
  const ids: string[] = [];
  for (let path: string | undefined = "/v1/jobs?limit=1000"; path !== undefined;) {
    const page: { jobs: { id: string; state: string }[]; links: { next?: string } } =
      await (await fetch(`${origin}${path}`)).json();
    for (const { id, state } of page.jobs) {
      assertEquals(state, "done");
      ids.push(id);
    }
    path = page.links.next;
  }
  return ids;
}
