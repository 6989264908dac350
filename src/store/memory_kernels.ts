import {
  addKernel,
  bytesOf,
  compareKernels,
  type KernelRecord,
  type KernelStore,
  type NewKernel,
  type PutKernel,
  recordKernel,
  sumKernels,
} from "./kernel_store.ts";

interface Entry {
  record: KernelRecord;
  module: Uint8Array<ArrayBuffer>;
  source: string | undefined;
}

/** Kernels in this process's memory, gone with it. */
export class MemoryKernels implements KernelStore {
  readonly #tenants = new Map<string | undefined, Map<string, Entry>>();

  // Asynchronous, so that what it throws rejects.
  // deno-lint-ignore require-await
  async put(tenant: string | undefined, kernel: NewKernel): Promise<PutKernel> {
    const record = recordKernel(kernel);
    const kept = this.#of(tenant);
    const there = kept.get(kernel.id);
    if (there) return { record: there.record, isNew: false };
    const sum = sumKernels(Array.from(kept.values(), (entry) => entry.record));
    addKernel(sum, bytesOf(record));
    kept.set(kernel.id, { record, module: kernel.module, source: kernel.source });
    this.#tenants.set(tenant, kept);
    return { record, isNew: true };
  }

  get(tenant: string | undefined, id: string): Promise<KernelRecord | undefined> {
    return Promise.resolve(this.#of(tenant).get(id)?.record);
  }

  list(tenant: string | undefined): Promise<KernelRecord[]> {
    const records = Array.from(this.#of(tenant).values(), ({ record }) => record);
    return Promise.resolve(records.sort(compareKernels));
  }

  module(
    tenant: string | undefined,
    { id }: KernelRecord,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.#of(tenant).get(id)?.module);
  }

  source(tenant: string | undefined, { id }: KernelRecord): Promise<string | undefined> {
    return Promise.resolve(this.#of(tenant).get(id)?.source);
  }

  remove(tenant: string | undefined, id: string): Promise<boolean> {
    const kept = this.#of(tenant);
    const wasThere = kept.delete(id);
    if (kept.size === 0) this.#tenants.delete(tenant);
    return Promise.resolve(wasThere);
  }

  #of(tenant: string | undefined): Map<string, Entry> {
    return this.#tenants.get(tenant) ?? new Map();
  }
}
