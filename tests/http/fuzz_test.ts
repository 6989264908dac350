import { assert, assertEquals } from "@std/assert";
import { addApiKey } from "../../src/access/api_key_file.ts";
import {
  drawRequest,
  type FuzzContext,
  type FuzzRequest,
} from "../support/http/generate_requests.ts";
import { bearer } from "../support/keys.ts";
import { INLINE_WAYS } from "../support/inline_ways.ts";
import { freshSeed, Random } from "../support/random.ts";
import { RawConnection } from "../support/http/raw_http.ts";
import { ServerProcess } from "../support/http/server.ts";
import { eventually, PATIENCE_MS } from "../support/waits.ts";

// Random requests against the whole HTTP surface of a real server. MILLRACE_FUZZ_REQUESTS says how
// many, MILLRACE_SEED replays them (how they overlap is the machine's choice).

const REQUESTS = Number(Deno.env.get("MILLRACE_FUZZ_REQUESTS") ?? 400) / INLINE_WAYS.length;
const CLIENTS = 8;
/** How long a client stays that does not wait for an answer. */
const QUIET_MS = 400;
/** More than this is growth; what caches and allocators keep is less. */
const GROWTH_BYTES = 64 * 1024 * 1024;
const KEPT_FILES = 4;
/** Caches and allocators take what they want at some time; what grows in each round is a leak. */
const MOST_ROUNDS = 4;

/** The head of a response, and its status; it may be told to go on before. */
const ANSWER = /^(?:HTTP\/1\.1 100[^]*?\r\n\r\n)?HTTP\/1\.[01] (?!100)(\d+)[^]*?\r\n\r\n/;

/** What a server may say of itself without being broken. */
const SAID_OF_SERVER = [503, 507];

for (const { way, inline } of INLINE_WAYS) {
  Deno.test(
    `random requests neither kill the server, nor blame it, nor leave anything behind, ${way}`,
    () => fuzzServer(inline),
  );
}

async function fuzzServer(inline: boolean): Promise<void> {
  const folder = await Deno.makeTempDir();
  const { token } = addApiKey(`${folder}/keys.json`, {
    tenant: "fuzz",
    rights: ["read", "write", "observe"],
  });
  const seed = freshSeed();
  try {
    const args = [
      "--data",
      `${folder}/data`,
      "--keys",
      `${folder}/keys.json`,
      "--memory",
      "128MiB",
      "--max-body",
      "300kB",
      "--read-timeout",
      "1s",
      "--upload-timeout",
      "5s",
      "--result-memory",
      "1MB",
      "--inline",
      String(inline),
    ];
    await using server = await ServerProcess.start({ args });
    const context = { random: new Random(seed), token, ids: [] };
    const statuses = new Map<number, number>();
    await wakeThreads(server, token);
    await quiet(server, token);
    const { files } = measure(server);
    await fuzz(server, context, REQUESTS / 2, statuses);
    await quiet(server, token);
    let growth = Infinity;
    for (let round = 0; round < MOST_ROUNDS && growth >= GROWTH_BYTES; round++) {
      const { bytes } = measure(server);
      await fuzz(server, context, REQUESTS / 2, statuses);
      await quiet(server, token);
      growth = measure(server).bytes - bytes;
    }
    const answered = [...statuses.values()].reduce((sum, each) => sum + each, 0);
    assert(answered > REQUESTS / 2, `seed ${seed}: ${answered} of ${REQUESTS} were answered`);
    assert((statuses.get(200) ?? 0) > REQUESTS / 10, `seed ${seed}: hardly any request was right`);
    assertEquals(server.output.split("\n").slice(2).join("\n"), "", `seed ${seed}`);
    await eventually(() => { // sockets take their time to go
      const after = measure(server);
      assert(
        after.files.length <= files.length + KEPT_FILES,
        `seed ${seed}: open files: ${after.files.join(" ")}`,
      );
    });
    assert(growth < GROWTH_BYTES, `seed ${seed}: memory grew by ${growth} bytes`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Has the threads of a server start, which have files open from then on. */
async function wakeThreads(server: ServerProcess, token: string): Promise<void> {
  const body = "a ".repeat(10_000); // too long to be counted where it arrives
  const request = { method: "POST", body, headers: bearer(token) };
  const answer = await fetch(`${server.origin}/v1/count?format=tsv`, request);
  assertEquals(await answer.text(), "a\t10000\n");
}

/** Sends so many requests from several clients at once. */
async function fuzz(
  server: ServerProcess,
  context: FuzzContext & { ids: string[] },
  requests: number,
  statuses: Map<number, number>,
): Promise<void> {
  let left = requests;
  const client = async () => {
    while (left-- > 0) {
      const request = drawRequest(context);
      const answer = await send(server, request);
      const about = `seed ${context.random.seed}: ${describe(request)} got ${answer.slice(0, 300)}`;
      assert(answer !== "hang", about);
      const status = Number(ANSWER.exec(answer)?.[1]);
      if (Number.isNaN(status)) continue;
      assert(status < 500 || SAID_OF_SERVER.includes(status), about);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const id = /^location: \/v1\/jobs\/(\S+)/im.exec(answer)?.[1];
      if (id) context.ids.push(id);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** What comes back until the end of a response's head; "hang" when nothing does in time. */
async function send(server: ServerProcess, request: FuzzRequest): Promise<string> {
  const { bytes, pieces, abortAfter, wantsAnswer } = request;
  using client = await RawConnection.open(server.port);
  const write = async () => {
    let at = 0;
    for (const length of [...pieces, bytes.length]) {
      const end = Math.min(at + length, abortAfter, bytes.length);
      await client.write(bytes.subarray(at, end));
      at = end;
    }
  };
  const written = write().catch(() => {}); // the server may hang up before it has it all
  if (abortAfter !== Infinity) {
    await written;
    return "";
  }
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => late.resolve(wantsAnswer ? "hang" : ""),
    wantsAnswer ? PATIENCE_MS : QUIET_MS,
  );
  try {
    return await Promise.race([client.read(ANSWER), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until no request is inside, and checks that the server counts. */
async function quiet(server: ServerProcess, token: string): Promise<void> {
  await eventually(async () => {
    const response = await fetch(`${server.origin}/v1/engine`, { headers: bearer(token) });
    const { jobs } = await response.json();
    assertEquals(jobs, { pending: 0, running: 0, leaving: 0 });
  });
  await eventually(async () => { // it may find this client too slow
    const answer = await fetch(`${server.origin}/v1/count?format=tsv`, {
      method: "POST",
      body: "to be or not to be",
      headers: bearer(token),
    });
    assertEquals(await answer.text(), "be\t2\nto\t2\nnot\t1\nor\t1\n");
  });
}

/** Open files and resident memory; nothing where there is no /proc. */
function measure({ pid }: ServerProcess): { files: string[]; bytes: number } {
  if (Deno.build.os !== "linux") return { files: [], bytes: 0 };
  const numbers = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => name);
  const files = numbers.map((name) => Deno.readLinkSync(`/proc/${pid}/fd/${name}`));
  const pages = Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]);
  return { files, bytes: pages * 4096 };
}

function describe({ bytes, pieces }: FuzzRequest): string {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 600));
  return `${JSON.stringify(text)} (${bytes.length} bytes in ${pieces.length + 1} pieces)`;
}
