import { assertEquals } from "@std/assert";
import { Millrace } from "../../src/client/mod.ts";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish } from "../support/corpora.ts";
import { whole } from "../support/options.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, pairedRatio } from "../support/statistics.ts";

const ALLOWED = 1.3;
const WARM_UPS = 2;

export default defineBenchmark({
  name: "client",
  about: "count() of the client beside a bare fetch of the same",
  details: `A text of 4 KB is counted again and again, one call after the other, by the client
and by a bare fetch that reads the same JSON, in turns. Both must find the same.`,
  options: {
    bytes: whole(4096, "bytes of the text"),
    calls: whole(1000, "calls in each round"),
    rounds: whole(15, "rounds"),
  },
  quick: { calls: "100", rounds: "3" },
  async run({ bytes, calls, rounds }, report) {
    const text = new TextDecoder().decode((await readEnglish()).bytes.subarray(0, bytes));
    await using server = await ServerProcess.start();
    const millrace = new Millrace({ baseUrl: server.origin });
    const url = `${server.origin}/v1/count?top=10&format=json`;
    const headers = { accept: "application/json" };
    const bare = async () =>
      await (await fetch(url, { method: "PUT", body: text, headers })).json();
    const ours = () => millrace.count(text, { top: 10 });
    assertEquals((await ours()).counts, (await bare()).counts);
    const contestants = { "bare fetch": timed(bare, calls), "count()": timed(ours, calls) };
    const found = await takeRounds(contestants, rounds, WARM_UPS);
    report.table(
      ["one call after the other", "µs a call", "least", "most"],
      [...found].map(([name, times]) => [
        name,
        ...[median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0)),
      ]),
    );
    const [theirs, mine] = [...found.values()];
    const ratio = pairedRatio(mine, theirs);
    const figure = `${ratio.toFixed(2)} × (required: at most ${ALLOWED} ×)`;
    report.require("count() beside a bare fetch", figure, ratio <= ALLOWED);
    report.figure("count() beside a bare fetch", "×", ratio, "lower");
  },
});

/** Microseconds of a call, over many of them. */
function timed(call: () => Promise<unknown>, calls: number): () => Promise<number> {
  return async () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) await call();
    return (performance.now() - start) / calls * 1000;
  };
}
