import { SealedBlobs } from "../../../src/store/sealed_blobs.ts";
import type { JobStore } from "../../../src/store/job_store.ts";
import { KvBlobs } from "../../../src/store/kv_blobs.ts";
import { KvStore } from "../../../src/store/kv_store.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import { Instance, openKv } from "./stores.ts";

/** What a test of registries works with. */
export interface Bench {
  store: JobStore;
  inputs: SealedBlobs;
  clock: { now: number };
  /** Another instance over the same store. */
  instance(): Instance;
}

/** Runs a test with instances over each driver; memory stands for instances of one process. */
export function test(what: string, run: (bench: Bench) => Promise<void>): void {
  for (const driver of ["memory", "kv"]) {
    Deno.test(`JobRegistry over ${driver}: ${what}`, async () => {
      const clock = { now: 1000 };
      const now = () => clock.now;
      const kv = await openKv();
      const inputs = new SealedBlobs(new KvBlobs(kv, "input", { ttlMs: 60_000 }));
      const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
      const store = driver === "kv"
        ? new KvStore(kv, { results, heldBytes: 0, shared: true, now })
        : new MemoryStore({ maxBytes: 1e6, now });
      const instances: Instance[] = [];
      const instance = () => {
        const made = new Instance(store, inputs, clock);
        instances.push(made);
        return made;
      };
      await run({ store, inputs, clock, instance });
      for (const { jobs } of instances) jobs.stop();
      await store.close();
      if (driver === "memory") kv.close();
    });
  }
}

/** The inputs that are kept. */
export async function names(inputs: SealedBlobs): Promise<string[]> {
  const all: string[] = [];
  for await (const name of inputs.names()) all.push(name);
  return all;
}

/** An instance whose members can be taken apart. */
export function bind(instance: Instance) {
  return {
    ...instance,
    accept: (tenant?: string) => instance.accept(tenant),
    begin: instance.begin.bind(instance),
  };
}
