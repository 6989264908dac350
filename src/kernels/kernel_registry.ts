import { getLogger } from "@logtape/logtape";
import type { KernelChoice, KernelManifest, RunnableKernel } from "../contract/kernel_manifest.ts";
import { encodeKernelOptions, readKernelOptions } from "../contract/kernel_options.ts";
import { BUILT_IN_KERNEL, type KernelRequest } from "../contract/kernel_parameters.ts";
import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";
import {
  addKernel,
  type KernelRecord,
  type KernelStore,
  sha256,
  sumKernels,
} from "../store/kernel_store.ts";
import { explainUnknown, ID_BEGINNING, shortenId, shownId } from "./kernel_names.ts";
import { HeldModules } from "./held_modules.ts";
import type { KernelLibrary } from "./kernel_library.ts";
import type { AdmittedKernel, KernelMaker } from "./kernel_maker.ts";
import type { KernelTrier } from "./kernel_trier.ts";

const logger = getLogger(["millrace", "kernels"]);

/** A kernel as clients see it. */
export interface KernelInfo {
  /** SHA-256 of what the client sent, in hexadecimal; or the name of one of the library. */
  id: string;
  name: string;
  /** Whether it comes with the server. */
  builtIn: boolean;
  manifest: KernelManifest;
  /** What the tenant's store knows of it; none of a kernel of the library. */
  record?: KernelRecord;
}

/** What a client sends: a source, or a module that was compiled elsewhere. */
export type SentKernel = { source: string } | { module: Uint8Array<ArrayBuffer> };

/** What a registry is made of. */
export interface KernelRegistryParts {
  maker: KernelMaker;
  library: KernelLibrary;
  /** What tries kernels that combine values themselves; where it is left out, they are not tried. */
  trier?: Pick<KernelTrier, "checkCombine">;
  /** The clock, for tests. @default {Date.now} */
  now?: () => number;
}

/**
 * The kernels beside that of the server itself, as clients name them: those of the library, which
 * are everybody's, and those that a tenant has sent, which no other tenant learns of.
 */
export class KernelRegistry {
  readonly #store: KernelStore;
  readonly #maker: KernelMaker;
  readonly #library: KernelLibrary;
  readonly #trier: KernelRegistryParts["trier"];
  readonly #now: () => number;
  readonly #held = new HeldModules();
  /** Names of the library: its files do not change while the server runs. */
  #names: Promise<readonly string[]> | undefined;
  /** Kernels of the library, once they are asked for; nothing for one that does not pass the gate. */
  readonly #admitted = new Map<string, Promise<AdmittedKernel | undefined>>();

  constructor(store: KernelStore, { maker, library, trier, now = Date.now }: KernelRegistryParts) {
    this.#store = store;
    this.#maker = maker;
    this.#library = library;
    this.#trier = trier;
    this.#now = now;
  }

  /** Kernels of the library, and then those of a tenant, the oldest first. */
  async list(tenant: string | undefined): Promise<KernelInfo[]> {
    const names = await this.#libraryNames();
    const known = await Promise.all(names.map((name) => this.#findInLibrary(name)));
    const sent = await this.#store.list(tenant);
    return [...known.filter((info) => info !== undefined), ...sent.map(describeRecord)];
  }

  /**
   * The kernel that a client names: by a name of the library, an id, or the unique beginning of one.
   *
   * @throws {JobError} `unknown_kernel`.
   */
  async find(name: string, tenant: string | undefined): Promise<KernelInfo> {
    const wanted = name.trim().toLowerCase();
    if (wanted === BUILT_IN_KERNEL) {
      throw ownKernel("show or try", wanted, "the engine's own kernel has no source and no trial");
    }
    const inLibrary = (await this.#libraryNames()).includes(wanted);
    const found = inLibrary ? await this.#findInLibrary(wanted) : undefined;
    if (found !== undefined) return found;
    const record = await this.#findSent(wanted, name, tenant);
    if (record !== undefined) return describeRecord(record);
    throw await this.#unknown(name, tenant);
  }

  /**
   * Reads what a request says of its kernel.
   *
   * @throws {JobError} `unknown_kernel`, `unknown_parameter` or `invalid_parameter`.
   */
  async choose(
    { name, options }: KernelRequest,
    tenant: string | undefined,
  ): Promise<KernelChoice> {
    const { id, name: known, manifest } = await this.find(name, tenant);
    return { id, options: readKernelOptions(known, manifest, options) };
  }

  /**
   * Gets a kernel ready to run, by what was chosen: by a request just now, or by the record of a job
   * that is begun again.
   *
   * @throws {JobError} `unknown_kernel` if it was removed, or `damaged`; `kernel_refused` if an older
   * gate had let it in as a module, and what the maker throws if it had come as a source.
   */
  async prepare(choice: KernelChoice, tenant: string | undefined): Promise<RunnableKernel> {
    const { id, manifest, record } = await this.find(choice.id, tenant);
    const module = record === undefined
      ? (await this.#admit(id))!.module
      : await this.#held.get(record.digest, () => this.#load(tenant, record));
    if (module === undefined) throw await this.#unknown(id, tenant);
    return { id, module, manifest, options: encodeKernelOptions(manifest, choice.options) };
  }

  /**
   * Keeps a kernel that a client sends. One that is there already is not made again.
   *
   * @throws {JobError} `too_many_kernels`, and what the maker and the trier throw.
   */
  async push(
    sent: SentKernel,
    tenant: string | undefined,
  ): Promise<{ kernel: KernelInfo; isNew: boolean }> {
    const source = "source" in sent ? sent.source : undefined;
    const bytes = "module" in sent ? sent.module : new TextEncoder().encode(sent.source);
    const id = sha256(bytes);
    const there = await this.#store.get(tenant, id);
    if (there !== undefined) return { kernel: describeRecord(there), isNew: false };
    // Before seconds of work are put into it.
    addKernel(sumKernels(await this.#store.list(tenant)), bytes.length);
    const compiled = source === undefined ? bytes : await this.#maker.compile(source);
    const { module, manifest } = await this.#maker.admit(compiled);
    if (manifest.op === "combine") {
      const options = encodeKernelOptions(manifest, {});
      await this.#trier?.checkCombine({ id, module, manifest, options });
    }
    const kernel = { id, manifest, createdAt: this.#now(), module, source };
    const { record, isNew } = await this.#store.put(tenant, kernel);
    return { kernel: describeRecord(record), isNew };
  }

  /**
   * What a kernel was compiled from.
   *
   * @throws {JobError} `unknown_kernel`; `not_found` for a kernel that was sent as a module.
   */
  async source(name: string, tenant: string | undefined): Promise<string> {
    const { id, record } = await this.find(name, tenant);
    const source = record === undefined
      ? await this.#library.source(id)
      : await this.#store.source(tenant, record);
    if (source !== undefined) return source;
    throw new JobError("not_found", `Cannot show the source of kernel ${id}: it came as a module`, {
      details: { kernel: id },
    });
  }

  /**
   * Forgets a kernel of a tenant. Jobs that run go on; those that have to be begun fail.
   *
   * @throws {JobError} `unknown_kernel`.
   */
  async remove(name: string, tenant: string | undefined): Promise<void> {
    const wanted = name.trim().toLowerCase();
    if (wanted === BUILT_IN_KERNEL || (await this.#libraryNames()).includes(wanted)) {
      throw ownKernel("remove", wanted, "it comes with the server");
    }
    const record = await this.#findSent(wanted, name, tenant);
    const removed = record !== undefined && await this.#store.remove(tenant, record.id);
    if (!removed) throw await this.#unknown(name, tenant);
  }

  /** What editors know the module `millrace` by. @throws {JobError} `not_found`. */
  async declarations(): Promise<string> {
    const text = await this.#library.declarations();
    if (text !== undefined) return text;
    throw new JobError("not_found", "Cannot find the declarations: this server comes without them");
  }

  /** Whether sources are taken, beside modules. */
  get compiles(): boolean {
    return this.#maker.compiles;
  }

  /** Gets ready for a source, which somebody is likely to send. */
  warm(): void {
    this.#maker.warm?.();
  }

  /** A module as it was kept; made anew where an older gate let it in. */
  async #load(
    tenant: string | undefined,
    record: KernelRecord,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const module = await this.#store.module(tenant, record);
    if (module === undefined || await this.#maker.isAdmitted(module)) return module;
    const source = await this.#store.source(tenant, record);
    if (source !== undefined) {
      return (await this.#maker.admit(await this.#maker.compile(source))).module;
    }
    const reason = "an older release let it in; remove it and send it again";
    throw new JobError("kernel_refused", `Cannot run kernel ${record.id}: ${reason}`, {
      details: { kernel: record.id, reason },
    });
  }

  #libraryNames(): Promise<readonly string[]> {
    return this.#names ??= this.#library.names()
      .then((names) => names.filter((name) => name !== BUILT_IN_KERNEL));
  }

  async #findInLibrary(name: string): Promise<KernelInfo | undefined> {
    const admitted = await this.#admit(name);
    return admitted && { id: name, name, builtIn: true, manifest: admitted.manifest };
  }

  #admit(name: string): Promise<AdmittedKernel | undefined> {
    let admitted = this.#admitted.get(name);
    if (!admitted) this.#admitted.set(name, admitted = this.#admitAnew(name));
    return admitted;
  }

  async #admitAnew(name: string): Promise<AdmittedKernel | undefined> {
    try {
      return await this.#maker.admit(await this.#library.module(name));
    } catch (error) {
      logger.error("Cannot use a kernel of the library", { kernel: name, error });
      return undefined;
    }
  }

  /** @throws {JobError} `unknown_kernel` if several kernels are meant. */
  async #findSent(
    wanted: string,
    name: string,
    tenant: string | undefined,
  ): Promise<KernelRecord | undefined> {
    if (!ID_BEGINNING.test(wanted)) return undefined;
    if (wanted.length === 64) return await this.#store.get(tenant, wanted);
    const found = (await this.#store.list(tenant)).filter(({ id }) => id.startsWith(wanted));
    if (found.length <= 1) return found[0];
    throw new JobError(
      "unknown_kernel",
      `Cannot find kernel '${shorten(name)}': ${found.length} ids begin so`,
      { details: { kernel: shorten(name), allowed: found.map(({ id }) => id) } },
    );
  }

  async #unknown(name: string, tenant: string | undefined): Promise<JobError> {
    const known = await this.list(tenant);
    const kernel = shorten(name);
    const { nearest, reason } = explainUnknown(name.trim().toLowerCase(), known);
    return new JobError("unknown_kernel", `Cannot find kernel '${kernel}': ${reason}`, {
      details: { kernel, nearest, allowed: [BUILT_IN_KERNEL, ...known.map(shownId)] },
    });
  }
}

/** For what can be done with kernels that were sent, and not with those of the server. */
function ownKernel(action: string, kernel: string, reason: string): JobError {
  const message = `Cannot ${action} kernel '${kernel}': ${reason}`;
  return new JobError("unknown_kernel", message, { details: { kernel } });
}

function describeRecord(record: KernelRecord): KernelInfo {
  const { id, manifest } = record;
  const name = manifest.name ?? shortenId(id);
  return { id, name, builtIn: false, manifest, record };
}
