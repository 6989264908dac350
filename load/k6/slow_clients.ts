import { pause } from "../support/pause.ts";
import type { Aside } from "./memory.ts";

const PIECE_MS = 50;
/** How long an answer lies unread. */
const UNREAD_MS = 3000;
/** More bytes of answer than the sockets of both sides take up. */
const KEYS = 400_000;
const COUNT = "tokenizer=whitespace&case=preserve&top=0&format=tsv";

const TEXT = "to be or not to be, that is the question — être ou ne pas être\n";
/** `TEXT`, counted by hand. */
const TSV = "to\t2\nêtre\t2\n" +
  ["be", "be,", "is", "ne", "not", "or", "ou", "pas", "question", "that", "the", "—"]
    .map((word) => `${word}\t1\n`).join("");

/** What slow clients met. */
class Tally {
  readonly exact = { senders: 0, readers: 0 };
  /** Of senders who stopped half-way. */
  stalled = 0;
  readonly faults: string[] = [];

  /** Judges an answer. */
  add(kind: keyof Tally["exact"], found: string, expected: string): void {
    if (found === expected) this.exact[kind]++;
    else this.faults.push(`slow ${kind}: a wrong answer of ${found.length} characters`);
  }
}

/**
 * Slow clients, a third of each kind: they send a text in pieces of a byte, stop sending in the
 * middle, or leave a large answer unread for a while. All of it goes on until k6 is done.
 */
export const sendSlowly: Aside = async ({ origin }, { slow }, signal) => {
  const tally = new Tally();
  const large = await prepareLarge(origin);
  const kinds = [
    () => trickle(origin, tally),
    () => stall(origin, tally, signal),
    () => readLate(large, tally, signal),
  ];
  const client = async (index: number) => {
    const act = kinds[index % kinds.length];
    while (!signal.aborted && tally.faults.length === 0) await act();
  };
  const clients = Array.from(
    { length: slow as number },
    (_, index) =>
      client(index).catch((error) => {
        tally.faults.push(`a slow client: ${(error as Error).message}`);
      }),
  );
  await Promise.all(clients);
  await (await fetch(large.job, { method: "DELETE" })).body?.cancel();
  const { exact, stalled, faults } = tally;
  if (exact.senders === 0) faults.push("no slow sender had its answer");
  if (exact.readers === 0 && slow as number > 2) faults.push("no slow reader had its answer");
  const lines = [
    `Slow clients: ${exact.senders} texts sent byte by byte and ${exact.readers} answers read ` +
    `${UNREAD_MS / 1000} s late were exact; ${stalled} uploads stopped half-way.`,
  ];
  return { lines, faults: faults.slice(0, 5), charts: [] };
};

/** A result that is too large for buffers between server and client. */
interface Large {
  job: string;
  tsv: string;
}

async function prepareLarge(origin: string): Promise<Large> {
  const keys = Array.from({ length: KEYS }, (_, i) => `key-${String(i).padStart(16, "0")}`);
  const body = keys.join(" ");
  const answer = await fetch(`${origin}/v1/jobs?${COUNT}`, { method: "POST", body });
  await answer.body?.cancel();
  if (answer.status !== 202) throw new Error(`a large job is answered ${answer.status}`);
  const job = origin + answer.headers.get("Location");
  await (await fetch(`${job}?wait=60`)).body?.cancel();
  return { job, tsv: keys.map((key) => `${key}\t1\n`).join("") };
}

async function trickle(origin: string, tally: Tally): Promise<void> {
  const bytes = new TextEncoder().encode(TEXT);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at === bytes.length) return controller.close();
      await pause(PIECE_MS);
      controller.enqueue(bytes.subarray(at, ++at));
    },
  });
  const answer = await fetch(`${origin}/v1/count?${COUNT}`, { method: "POST", body });
  tally.add("senders", await answer.text(), TSV);
}

async function stall(origin: string, tally: Tally, signal: AbortSignal): Promise<void> {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(TEXT)),
  });
  tally.stalled++;
  try {
    const asked = fetch(`${origin}/v1/count`, { method: "POST", body, signal });
    await (await asked).body?.cancel(); // the server has lost its patience
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function readLate({ job, tsv }: Large, tally: Tally, signal: AbortSignal): Promise<void> {
  const answer = await fetch(`${job}/result?format=tsv`);
  await pause(UNREAD_MS, signal);
  tally.add("readers", await answer.text(), tsv);
}
