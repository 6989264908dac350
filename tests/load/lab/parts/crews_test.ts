import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Crew, timeLoad } from "../../../../load/lab/parts/crew.ts";
import { type MechanismName, MECHANISMS } from "../../../../load/lab/parts/mechanisms.ts";
import {
  createWorkloads,
  sumLoad,
  tableLoad,
  type Workload,
} from "../../../../load/lab/parts/workloads.ts";
import { Random } from "../../../support/random.ts";

const TEXT = new TextEncoder().encode("der Fluß, the river\nla rivière the\triver 河 ".repeat(40));
const SIZES = { pieces: 5, digits: [30, 1001], numbers: 103, sum: 100_003, tasks: 20 };

const createLoads = () => createWorkloads(SIZES, TEXT, new Random(7));

for (const name of Object.keys(MECHANISMS) as MechanismName[]) {
  Deno.test(`${name} gives the right answer to every work, twice`, async () => {
    const crew = await MECHANISMS[name](2);
    try {
      for (const load of createLoads().filter((each) => !each.shares || crew.takeShared)) {
        for (let turn = 0; turn < 2; turn++) assert(await timeLoad(crew, load, name) >= 0);
      }
    } finally {
      await crew.close();
    }
  });
}

Deno.test("threads over shared memory count together without a loss", async () => {
  const crew = await MECHANISMS["Workers, shared memory"](3);
  try {
    const loads = [
      sumLoad("sumExchange", "compare-exchange", 60_000, 7),
      tableLoad("table", 60_000, 7),
      tableLoad("tableLock", 60_000, 7),
    ];
    for (const load of loads) await timeLoad(crew, load, "shared memory");
  } finally {
    await crew.close();
  }
});

Deno.test("timeLoad() tells no time when an answer is wrong", async () => {
  for (const load of createLoads().filter(({ name }) => name !== "hand-over")) {
    const crew = await spoil(load);
    const error = await assertRejects(() => timeLoad(crew, load, "a mechanism"), Error);
    assert(error.message.startsWith(`Cannot time ${load.name} by a mechanism: `), error.message);
  }
});

Deno.test("a work says what is wrong", () => {
  const outputs = [Int32Array.of(9), Int32Array.of(2)].map(({ buffer }) => new Uint8Array(buffer));
  assertEquals(
    sumLoad("sum", "", 4, 2).check(outputs),
    "the sum from 1 to 4 is 10, not 11",
  );
});

/** A crew that does the work right but for one bit, of the outputs or of what is shared. */
async function spoil(load: Workload): Promise<Crew> {
  const crew = await MECHANISMS[load.shares ? "Workers, shared memory" : "one event loop"](1);
  return {
    ...crew,
    pids: [],
    load(pieces) {
      const run = crew.load(pieces);
      return async () => {
        const outputs = (await run()).map((bytes) => bytes.slice());
        const last = outputs.at(-1)!;
        if (last.length > 1) last[last.length - 2] ^= 1;
        await crew.close();
        return outputs;
      };
    },
    takeShared: () => {
      const { counter = 0, table = new Int32Array() } = crew.takeShared?.() ?? {};
      return { counter: counter ^ 1, table };
    },
    close: () => crew.close(),
  };
}
