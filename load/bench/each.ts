import { createCountOptions } from "../../src/contract/options.ts";
import { EachCounter } from "../../src/each/each_counter.ts";
import { PackReader } from "../../src/each/pack_reader.ts";
import { ByteSource } from "../../src/input/source.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish } from "../support/corpora.ts";
import { whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { type Cost, measureCost } from "./parts/costs.ts";

/** Of the rate at which one request counts the same texts as one. */
const REQUIRED = 0.4;

/** Documents whose answers are compared with those of requests of their own. */
const COMPARED = 200;

/** Documents, as strings and as a client sends them. */
interface Documents {
  texts: string[];
  lines: Uint8Array<ArrayBuffer>;
  joined: Uint8Array<ArrayBuffer>;
}

const NDJSON = { "content-type": "application/x-ndjson" };

/** What a client asks for that wants answers as they are: compressing them costs more than making them. */
const PLAIN = { "accept-encoding": "identity" };

export default defineBenchmark({
  name: "each",
  about: "Many texts of 1 KB in one request, each counted by itself, in texts per second",
  details: `One request of lines of JSON (each=true) beside one request of the same texts
joined, to the same server, and beside the threads alone, without a server. They
take turns, round by round; rates are compared in time of cores, where the system
tells it. Answers are not compressed. Answers are compared with those of requests of their
own before.`,
  options: {
    bytes: whole(1000, "bytes of each text"),
    texts: whole(100_000, "texts"),
    rounds: whole(5, "rounds"),
    keys: whole(100, "keys in each answer"),
  },
  quick: { texts: "4000", rounds: "1" },
  async run({ bytes, texts, rounds, keys: top }, report) {
    const documents = await makeDocuments(texts, bytes);
    await using server = await ServerProcess.start();
    using counter = new EachCounter(navigator.hardwareConcurrency);
    await compareAnswers(server.origin, documents, top);
    const post = async (query: string, body: Uint8Array<ArrayBuffer>, headers = {}) => {
      const url = `${server.origin}/v1/count?top=${top}${query}`;
      const { cost } = await measureCost(server.pid, async () => {
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: { ...PLAIN, ...headers },
        });
        for await (const _ of response.body!);
      });
      return cost;
    };
    const found = await takeRounds<Cost>(
      {
        "each=true over HTTP": () => post("&each=true", documents.lines, NDJSON),
        "the threads alone": () => countAlone(counter, documents.lines, top),
        "the joined text over HTTP": () => post("", documents.joined),
      },
      rounds,
      1,
    );
    tellRates(found, documents, report);
  },
});

async function makeDocuments(count: number, bytes: number): Promise<Documents> {
  const text = new TextDecoder().decode((await readEnglish()).bytes);
  const step = 397; // texts that begin at another place each
  const texts = Array.from({ length: count }, (_, i) => {
    const start = (i * step) % (text.length - bytes);
    return text.slice(start, start + bytes).toWellFormed();
  });
  const encode = (lines: string[]) => new TextEncoder().encode(lines.join("\n"));
  return {
    texts,
    lines: encode(texts.map((each) => JSON.stringify(each))),
    joined: encode(texts),
  };
}

/** @throws {Error} If texts are counted unlike alone. */
async function compareAnswers(origin: string, { texts }: Documents, top: number): Promise<void> {
  const some = texts.slice(0, COMPARED);
  const body = some.map((each) => JSON.stringify(each)).join("\n");
  const url = `${origin}/v1/count?top=${top}`;
  const answer = await fetch(`${url}&each=true`, { method: "POST", body, headers: NDJSON });
  const lines = (await answer.text()).trimEnd().split("\n");
  for (const [i, text] of some.entries()) {
    const alone = await (await fetch(url, { method: "POST", body: text })).json();
    const { tokens, keys, counted } = alone.totals;
    const counts = alone.counts.map((row: { key: string; count: number }) => [row.key, row.count]);
    const expected = JSON.stringify({ tokens, keys, counted, counts });
    if (lines[i] !== expected) throw new Error(`Cannot compare rates: text ${i} is counted wrong`);
  }
}

/** The threads alone, in this process. */
async function countAlone(
  counter: EachCounter,
  lines: Uint8Array<ArrayBuffer>,
  top: number,
): Promise<Cost> {
  const { cost } = await measureCost(Deno.pid, async () => {
    const packs = new PackReader(new ByteSource(new Blob([lines]).stream()), { charset: "utf-8" });
    for await (const _ of counter.count(packs, createCountOptions({ top }), false));
  });
  return cost;
}

function tellRates(
  found: Map<string, Cost[]>,
  { texts, joined }: Documents,
  report: Report,
): void {
  const rateOf = ({ ms }: Cost) => texts.length / ms * 1000;
  report.table(
    ["way", "texts/s", "MB/s of text", "CPU µs a text"],
    [...found].map(([name, rounds]) => [
      name,
      median(rounds.map(rateOf)).toFixed(0),
      median(rounds.map(({ ms }) => joined.length / ms / 1000)).toFixed(0),
      median(rounds.map(({ cpuMs }) => cpuMs / texts.length * 1e3)).toFixed(1),
    ]),
  );
  const [each, , whole] = [...found.values()];
  const timeOf = ({ ms, cpuMs }: Cost) => Number.isNaN(cpuMs) ? ms : cpuMs;
  const share = pairedRatio(whole.map(timeOf), each.map(timeOf));
  report.figure("each=true", "of the joined text", share, "higher");
  report.require(
    "of the rate of the joined text",
    `${share.toFixed(2)} × (required: ${REQUIRED} ×)`,
    share >= REQUIRED,
  );
}
