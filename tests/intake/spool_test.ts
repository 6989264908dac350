import { assertEquals, assertRejects } from "@std/assert";
import { Spool } from "../../src/intake/spool.ts";
import { JobError } from "../../src/contract/problems.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { SealedBlobs } from "../../src/store/sealed_blobs.ts";
import { openKv } from "../support/store/stores.ts";

const BYTES = new TextEncoder().encode("to be or not");

async function withInputs(use: (inputs: SealedBlobs) => Promise<void>, maxBytes?: number) {
  const kv = await openKv();
  await use(new SealedBlobs(new KvBlobs(kv, "input", { ttlMs: 60_000, maxBytes })));
  kv.close();
}

Deno.test("Spool keeps what is written, and an empty content as well", () =>
  withInputs(async (inputs) => {
    const spool = new Spool(inputs, "a");
    await spool.write(BYTES.subarray(0, 5));
    await spool.write(BYTES.subarray(5));
    const seal = await spool.commit();
    assertEquals(seal.bytes, BYTES.length);
    const blob = { name: "a", job: "a", part: "input", bytes: seal.bytes, seal } as const;
    assertEquals(await inputs.read(blob), BYTES);
    assertEquals((await new Spool(inputs, "b").commit()).bytes, 0);
  }));

Deno.test("Spool leaves nothing when it is aborted, and takes no more then", () =>
  withInputs(async (inputs) => {
    await new Spool(inputs, "never written").abort();
    const spool = new Spool(inputs, "a");
    const writing = spool.write(BYTES); // the blob is being made
    await spool.abort();
    await writing;
    assertEquals(spool.write(BYTES), undefined);
    assertEquals(await Array.fromAsync(inputs.names()), []);
  }));

Deno.test("Spool tells its writer that a blob takes no more", () =>
  withInputs(async (inputs) => {
    const spool = new Spool(inputs, "a");
    const error = await assertRejects(async () => await spool.write(BYTES), JobError);
    assertEquals(error.code, "body_too_large");
    await spool.abort();
    assertEquals(await Array.fromAsync(inputs.names()), []);
  }, 4));
