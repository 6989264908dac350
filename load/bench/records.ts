import { Engine } from "../../src/mod.ts";
import { recordKernel } from "../../src/records/record_kernel.ts";
import { oracleRecords } from "../../tests/support/oracle/oracle_records.ts";
import { findTools, installTools } from "../support/peer_tools.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { amount, folder, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { timeOwnCore, timeWorkerCores } from "./parts/core_time.ts";
import { RECORD_CASES, type RecordCase, writeRecordTexts } from "./parts/record_cases.ts";
import { compareWithPeers } from "./parts/questions/compare.ts";
import { compileEntry, installChallenge } from "./parts/questions/java_entry.ts";
import { findPrograms, type QuestionTools } from "./parts/questions/peers.ts";
import { RecordReader } from "./parts/record_reader.ts";
import { headOf, sameCounts } from "./parts/text_mapper.ts";

const WORKERS = 2;
/** Counts are compared on the beginning. */
const SAMPLE_BYTES = 300_000;
const WORDS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;
const KEYS = { case: "preserve", top: 10 } as const;
/** So many rounds before the first that counts: V8 optimises what runs long. */
const WARM_UPS = 2;

export default defineBenchmark({
  name: "records",
  about: "Keys and values of records beside words, databases and tools of a shell",
  details: `Each plan on its text, in memory: by the kernel of records alone, and counted by an
engine of two workers, beside the same engine that counts words between whitespace. Time
is that of cores, where the system tells it. Runs take turns, medians and ratios of
neighbours are told, and counts are compared with an oracle's before any rate is. Then millrace
and others answer the same questions of files, starts of processes and all: answers are
compared with what was written. What this machine has not is named.`,
  options: {
    mb: amount(64, "MB of each text"),
    rounds: whole(7, "rounds"),
    "peers-mb": amount(200, "MB of each file that others are asked about"),
    "peers-rounds": whole(3, "rounds beside others"),
    install: folder("where packages of Python are, and are put if they are not"),
  },
  quick: { mb: "2", rounds: "1", "peers-mb": "2", "peers-rounds": "1" },
  async run({ mb, rounds, install, ...peers }, report) {
    const texts = await writeRecordTexts(mb * 1e6);
    await using engine = await Engine.start({ workers: WORKERS });
    const rows: string[][] = [];
    for (const each of RECORD_CASES) {
      const text = texts[each.text];
      await checkCounts(engine, each, headOf(text, SAMPLE_BYTES));
      rows.push(await measure(engine, each, text, rounds, report));
    }
    report.table(["", "of", "MB/s alone", "MB/s counted", "words MB/s", "× words"], rows);
    await using files = await TemporaryFolder.make();
    const tools = await gatherTools(install, `${files.path}/classes`, report);
    const [bytes, peerRounds] = [peers["peers-mb"] * 1e6, peers["peers-rounds"]];
    await compareWithPeers({ bytes, rounds: peerRounds, tools, folder: files.path }, report);
  },
});

/** @param classes Where the Java entry is compiled to. */
async function gatherTools(
  install: string | undefined,
  classes: string,
  report: Report,
): Promise<QuestionTools> {
  if (install !== undefined) {
    await installTools(install, (line) => report.progress(line));
    if (!await installChallenge(install)) report.progress("no checkout of the challenge");
  }
  return {
    ...await findTools(install),
    folder: install,
    programs: await findPrograms(install),
    java: await compileEntry(install, classes),
    threads: WORKERS,
  };
}

/** @throws {Error} If the engine counts other keys than the oracle. */
async function checkCounts(engine: Engine, { name, plan }: RecordCase, sample: Uint8Array) {
  const kernel = recordKernel({ ...plan, output: "windows" });
  const { segment } = await engine.submit(sample, { ...KEYS, top: 0 }, { kernel }).done;
  const counts = new Map<string, number>();
  for (const key of oracleRecords(new TextDecoder().decode(sample), plan).keys) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const found = new Map(segment.toArray().map(({ key, count }) => [key, count]));
  if (!sameCounts(found, counts)) {
    throw new Error(`Cannot compare rates: ${name} counts other keys`);
  }
}

async function measure(
  engine: Engine,
  { name, text: of, plan, least }: RecordCase,
  text: Uint8Array<ArrayBuffer>,
  rounds: number,
  report: Report,
): Promise<string[]> {
  report.progress(`${name} of ${of}`);
  const reader = new RecordReader(plan, text);
  const kernel = recordKernel({ ...plan, output: "windows" });
  const rate = (ms: number) => text.length / ms / 1000;
  const found = await takeRounds(
    {
      alone: async () => rate(await timeOwnCore(() => reader.run())),
      counted: async () =>
        rate(
          await timeWorkerCores(async () => void await engine.submit(text, KEYS, { kernel }).done),
        ),
      words: async () =>
        rate(await timeWorkerCores(async () => void await engine.submit(text, WORDS).done)),
    },
    rounds,
    WARM_UPS,
  );
  const [alone, counted, words] = ["alone", "counted", "words"].map((each) => found.get(each)!);
  const ratio = pairedRatio(counted, words);
  report.figure(`${name} of ${of}, alone`, "MB/s", median(alone), "higher");
  report.figure(`${name} of ${of}, counted`, "× words", ratio, "higher");
  if (least !== undefined) {
    const what = `${ratio.toFixed(2)} × the rate of words (wanted: ${least} ×)`;
    report.require(`${name} of ${of}`, what, ratio >= least);
  }
  return [
    name,
    of,
    ...[alone, counted, words].map((all) => median(all).toFixed(0)),
    ratio.toFixed(2),
  ];
}
