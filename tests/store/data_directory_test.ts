import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataDirectoryError, openDataDirectory } from "../../src/store/data_directory.ts";
import { createJobId } from "../../src/store/job_record.ts";
import { ServerProcess } from "../support/http/server.ts";
import { openFiles } from "../support/open_files.ts";
import { Instance, LONG_TEXT } from "../support/store/stores.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).href;

Deno.test("openDataDirectory() lets one process in, and tells the second what to do", async () => {
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  {
    await using server = await ServerProcess.start({ args: ["--data", path] });
    const error = await assertRejects(
      () => openDataDirectory(path, { heldBytes: 0 }),
      DataDirectoryError,
    );
    assertMatch(error.message, new RegExp(`process ${server.pid} uses it.+--data`));
    const second = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, "--port", "0"],
      env: { MILLRACE_DATA: path, NO_COLOR: "1" },
    }).output();
    assertEquals(second.code, 1);
    assertMatch(new TextDecoder().decode(second.stderr), /^Cannot open data directory .+\n$/);
  }
  const directory = await openDataDirectory(path, { heldBytes: 0 }); // free when its owner was killed
  await directory.close();
  await Deno.remove(path, { recursive: true });
});

Deno.test("openDataDirectory() says why a directory cannot be used", async () => {
  const file = await Deno.makeTempFile();
  const error = await assertRejects(
    () => openDataDirectory(file, { heldBytes: 0 }),
    DataDirectoryError,
  );
  assertMatch(error.message, /^Cannot open data directory '.+': /);
  await Deno.remove(file);
});

Deno.test({
  name: "openDataDirectory() leaves nothing open when the records cannot be read",
  ignore: Deno.build.os !== "linux", // elsewhere no test can tell
  fn: async () => {
    const path = await Deno.makeTempDir({ prefix: "millrace-" });
    const directory = await openDataDirectory(path, { heldBytes: 0 });
    await directory.close();
    const database = new DatabaseSync(`${path}/jobs.sqlite3`);
    database.exec("UPDATE kv SET v = x'00'"); // no value of Deno KV
    database.close();
    await assertRejects(() => openDataDirectory(path, { heldBytes: 0 }), DataDirectoryError);
    assertEquals(openFiles(path), []);
    await Deno.remove(path, { recursive: true });
  },
});

Deno.test("openDataDirectory() refuses a directory that has lost its records, unless it is adopted", async () => {
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const clock = { now: 0 };
  const before = await openDataDirectory(path, { heldBytes: 0 });
  const instance = new Instance(before.store, before.inputs, clock);
  const job = await instance.accept(undefined, undefined, LONG_TEXT);
  await before.close();
  await Deno.writeTextFile(`${path}/results/notes.txt`, "not ours");
  const empty = (file: string) => Deno.writeFile(file, new Uint8Array(0));
  const overwrite = async (file: string) => {
    await Deno.remove(file);
    const other = await Deno.openKv(file); // a sound one, which knows of no jobs
    await other.set(["x"], 1);
    other.close();
  };
  for (const lose of [Deno.remove, empty, overwrite]) {
    await lose(`${path}/jobs.sqlite3`);
    const error = await assertRejects(
      () => openDataDirectory(path, { heldBytes: 0 }),
      DataDirectoryError,
    );
    assertMatch(
      error.message,
      /has 1 file of jobs, \d+ bytes, and no jobs.sqlite3 that knows.+--adopt/,
    );
    assertEquals((await Deno.stat(`${path}/inputs/${job.id}`)).isFile, true);
  }
  const after = await openDataDirectory(path, { heldBytes: 0, adopt: true });
  assertEquals(await Array.fromAsync(after.inputs.names()), []);
  assertEquals(await Deno.readTextFile(`${path}/results/notes.txt`), "not ours");
  await after.close();
  await (await openDataDirectory(path, { heldBytes: 0 })).close();
  await Deno.writeFile(`${path}/jobs.sqlite3`, new Uint8Array(9000).fill(7));
  const damaged = await assertRejects(
    () => openDataDirectory(path, { heldBytes: 0 }),
    DataDirectoryError,
  );
  assertMatch(damaged.message, /file is not a database; put jobs.sqlite3 back from a backup/);
  await Deno.remove(path, { recursive: true });
});

Deno.test("openDataDirectory() finds jobs and their inputs again, and no half-spooled ones", async () => {
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const clock = { now: 0 };
  const now = () => clock.now;
  const before = await openDataDirectory(path, { heldBytes: 0, now });
  const dead = new Instance(before.store, before.inputs, clock);
  await dead.jobs.start();
  const job = await dead.accept();
  await (await before.inputs.create(createJobId())).write(new Uint8Array(2_000_000));
  await Deno.writeTextFile(`${path}/inputs/notes.txt`, "not ours");
  await dead.jobs.close();
  await before.close();

  const after = await openDataDirectory(path, { heldBytes: 0, now }); // at once, whatever leases say
  const alive = new Instance(after.store, after.inputs, clock);
  await alive.jobs.start();
  assertEquals([...alive.begun.keys()], [job.id]);
  assertEquals((await Array.fromAsync(after.inputs.names())).sort(), [job.id, "notes.txt"]);
  await alive.jobs.remove(job.id, undefined);
  await alive.jobs.close();
  assertEquals(await Array.fromAsync(after.inputs.names()), ["notes.txt"]);
  await after.close();
  await Deno.remove(path, { recursive: true });
});
