import { assert, assertEquals } from "@std/assert";
import { JOB_STATE, JOB_STOPPED, OK, SCRATCH_BEAT, STOPPED } from "../../assembly/layout.ts";
import { AWKWARD_KEYS, plainWords } from "../support/oracle/awkward_keys.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { keysOf } from "../support/oracle/oracle.ts";

// What a key costs is counted in polls, of which there is one for at least every POLL_BYTES that
// a loop has read or written: they do not depend on what else the machine does.

const POLL_BYTES = 0x10000;
const STEPS = ["map", "partition", "reduce", "finish"] as const;
type Step = typeof STEPS[number];

/** The calls of a job whose text is one chunk. */
function callsOf(harness: KernelHarness, text: string): Record<Step, () => number> {
  const { kernel, job } = harness;
  harness.open({ tokenizer: "whitespace", nfc: true });
  const { start, bytes } = harness.put(text);
  return {
    map: () => kernel.mapChunk(job, 0, start, bytes, 0, 0),
    partition: () => kernel.partitionTable(job, 0),
    reduce: () => kernel.reducePartition(job, 0),
    finish: () => kernel.finishJob(job),
  };
}

function beat({ view, scratch }: KernelHarness): number {
  return view.getUint32(scratch + SCRATCH_BEAT, true);
}

/** Polls of each step. */
function countPolls(harness: KernelHarness, text: string): Record<Step, number> {
  const calls = callsOf(harness, text);
  return Object.fromEntries(STEPS.map((step) => {
    const before = beat(harness);
    assertEquals(calls[step](), OK, step);
    return [step, beat(harness) - before];
  })) as Record<Step, number>;
}

const sum = (polls: Record<Step, number>) => STEPS.reduce((total, step) => total + polls[step], 0);

for (const build of KERNEL_BUILDS) {
  for (const [kind, make] of Object.entries(AWKWARD_KEYS)) {
    Deno.test(`${build} passes over a key of ${kind} as often whatever its length, and polls`, async () => {
      const harness = await KernelHarness.create(build);
      const [small, large] = [8, 32].map((units) => countPolls(harness, make(units * POLL_BYTES)));
      // Validated, found, hashed and copied; then hashed and copied in its final form, at least.
      assert(large.map >= 4 * 32, `${large.map} polls in mapChunk`);
      assert(large.partition >= 2 * 32, `${large.partition} polls in partitionTable`);
      assert(sum(large) <= 40 * 32, `${sum(large)} polls for 32 units`);
      assert(sum(large) <= 4.2 * sum(small) + 32, `${sum(small)} polls become ${sum(large)}`);
    });
  }

  Deno.test(`${build} leaves every step with the first poll when the job is stopped`, async () => {
    const harness = await KernelHarness.create(build);
    for (const [kind, make] of Object.entries(AWKWARD_KEYS)) {
      for (const [index, stopped] of STEPS.entries()) {
        if (stopped === "finish") continue; // one run is its segment as it is
        const calls = callsOf(harness, make(16 * POLL_BYTES));
        for (const step of STEPS.slice(0, index)) assertEquals(calls[step](), OK);
        harness.set(JOB_STATE, JOB_STOPPED);
        const before = beat(harness);
        assertEquals(calls[stopped](), STOPPED, `${stopped}, ${kind}`);
        const polls = beat(harness) - before;
        assert(polls <= 16, `${polls} polls in ${stopped}, ${kind}`);
      }
    }
  });

  Deno.test(`${build} polls while it looks for stop words in n-grams of long tokens`, async () => {
    const harness = await KernelHarness.create(build);
    harness.open({ tokenizer: "whitespace", case: "preserve", ngram: 2, stopWords: ["the"] });
    harness.map(`${"a".repeat(32 * POLL_BYTES)} b`);
    const before = beat(harness);
    assertEquals(harness.kernel.partitionTable(harness.job, 0), OK);
    // Each token is found, looked at and hashed, the key joined, looked at, hashed and copied.
    const polls = beat(harness) - before;
    assert(polls >= 7 * 32, `${polls} polls`);
  });

  Deno.test(`${build} counts awkward keys that are not short exactly`, async () => {
    const harness = await KernelHarness.create(build);
    for (const [kind, make] of Object.entries(AWKWARD_KEYS)) {
      for (const bytes of [4000, 4200, 20_000]) {
        const text = `x ${make(bytes)} y`;
        const keys = harness.count(text, { tokenizer: "whitespace", nfc: true });
        const wanted = keysOf(text, "whitespace", { nfc: true });
        assertEquals([...keys.keys()].toSorted(), wanted.toSorted(), `${bytes} bytes of ${kind}`);
      }
    }
  });
}

/** Nanoseconds for each byte of the whole job. */
function timeJob(harness: KernelHarness, text: string): number {
  const calls = callsOf(harness, text);
  const started = performance.now();
  for (const step of STEPS) calls[step]();
  return (performance.now() - started) * 1e6 / new TextEncoder().encode(text).length;
}

Deno.test("a byte of an awkward key costs at most 20 × one of plain words", async () => {
  const harness = await KernelHarness.create("words");
  const plain = plainWords(4 * POLL_BYTES);
  for (const [kind, make] of Object.entries(AWKWARD_KEYS)) {
    const key = make(4 * POLL_BYTES);
    // Least times get nearer to the cost with every round, whatever else the machine does.
    let plainCost = Infinity;
    let cost = Infinity;
    for (let round = 0; round < 50 && cost > 20 * plainCost || round === 0; round++) {
      plainCost = Math.min(plainCost, timeJob(harness, plain));
      cost = Math.min(cost, timeJob(harness, key));
    }
    assert(cost <= 20 * plainCost, `${kind}: ${cost} ns, plain words: ${plainCost} ns`);
  }
});
