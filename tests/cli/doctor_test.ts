import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { createJobId, finish } from "../../src/store/job_record.ts";
import { VERSION } from "../../src/version.ts";
import { Instance, LONG_TEXT } from "../support/store/stores.ts";
import { resultOf } from "../support/results.ts";
import { recordOf } from "../store/conformance.ts";
import { kernelOf, moduleOf } from "../store/kernel_conformance.ts";
import { leftOut } from "../support/left_out.ts";

/** As the task runs it. */
const COMMAND = config.tasks.doctor.command.split(" ").slice(1);

async function doctor(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, ...args],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1", MILLRACE_DATA: "" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), said: decoder.decode(stderr) };
}

Deno.test("doctor says what a server would run on", async () => {
  const { code, out } = await doctor();
  assertEquals(code, 0);
  for (
    const each of [
      VERSION,
      Deno.version.deno,
      `cores     ${navigator.hardwareConcurrency}`,
      "starts and counts",
    ]
  ) {
    assertStringIncludes(out, each);
  }
});

Deno.test("doctor finds what is damaged in a data directory, and changes nothing", async () => {
  if (!("tryLock" in Deno.FsFile.prototype)) {
    return leftOut("a data directory", "this Deno cannot lock one");
  }
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const directory = await openDataDirectory(path, { heldBytes: 0 });
  const instance = new Instance(directory.store, directory.inputs, { now: 0 });
  const waiting = await instance.accept(undefined, undefined, LONG_TEXT);
  const small = await instance.accept();
  const record = recordOf({ id: createJobId() });
  const version = await directory.store.create(record);
  const result = resultOf([["to", 2], ["be", 2]]);
  const seal = await directory.store.saveResult(record.id, 1, result.segment);
  const end = { now: Date.now(), ttlMs: 1e6, progress: record.progress, seal };
  await directory.store.replace(finish(record, result, end), version!);
  await directory.store.kernels.put("t", kernelOf("a"));
  await directory.store.kernels.put(undefined, kernelOf("b", { module: moduleOf(100_000) }));
  await Deno.writeFile(`${path}/results/${createJobId()}.1`, new Uint8Array(5));
  const used = await doctor("--data", path);
  assertEquals(used.code, 2);
  assertMatch(used.said, /^Cannot open data directory .+ uses it/);
  await directory.close();

  const before = await look();
  assertEquals(before.code, 0);
  assertEquals(before.report.jobs, { running: 2, done: 1 });
  assertEquals(before.report.kernels, 2);
  assertEquals([before.report.whole.files, before.report.leftOver], [3, { files: 1, bytes: 5 }]);
  const input = `${path}/inputs/${waiting.id}`;
  await Deno.writeFile(input, (await Deno.readFile(input)).fill(65, 0, 1));
  const kv = await Deno.openKv(`${path}/jobs.sqlite3`);
  await kv.delete(["small result", `${record.id}.1`]);
  await kv.set(["small input", small.id], new Uint8Array(9));
  for await (const { key, value } of kv.list<Uint8Array>({ prefix: ["kernel page", "t"] })) {
    await kv.set(key, value.with(0, value[0] ^ 1));
  }
  kv.close();
  const after = await look();
  assertEquals(after.report.kernels, 1);
  assertEquals(after.code, 1);
  const places = after.report.damage.map(({ place }: { place: string }) => place).sort();
  assertEquals(places, [
    `inputs/${waiting.id}`,
    `inputs/${small.id}`,
    `kernel ${kernelOf("a").id}`,
    `results/${record.id}.1`,
  ]);
  await Deno.remove(`${path}/jobs.sqlite3`);
  const lost = await doctor("--data", path);
  assertStringIncludes(lost.out, "DAMAGED   jobs.sqlite3: it is missing");
  assertStringIncludes(lost.out, "advice    put jobs.sqlite3 back from a backup, or start");
  await Deno.remove(path, { recursive: true });

  async function look() {
    const { code, out, said } = await doctor("--data", path, "--json");
    assertEquals(said, "");
    return { code, report: JSON.parse(out).report };
  }
});

Deno.test("doctor says how it is used", async () => {
  for (const flag of ["--help", "-h"]) {
    const { code, out, said } = await doctor(flag);
    assertEquals([code, said], [0, ""]);
    assertStringIncludes(out, "Usage: millrace doctor");
  }
});

Deno.test("doctor says what it cannot do", async () => {
  const rows: [string[], string][] = [
    [["--datum", "x"], "unknown option '--datum'"],
    [
      ["--data", "/nonexistent"],
      "Cannot open data directory '/nonexistent': there is no such folder",
    ],
    [["--data", "kv"], "Deno KV is no directory"],
  ];
  for (const [args, says] of rows) {
    const { code, said } = await doctor(...args);
    assertEquals([args, code], [args, 2]);
    assertStringIncludes(said, says);
  }
});
