import { createHash } from "node:crypto";
import type { KernelManifest } from "../contract/kernel_manifest.ts";
import { JobError } from "../contract/problems.ts";

/** Most kernels of a tenant, and most bytes of their modules and sources together. */
export const KERNEL_LIMITS = { kernels: 100, bytes: 20 * 1024 * 1024 } as const;

/** Most bytes of a manifest as JSON: the record has to fit a value of any store. */
export const MOST_MANIFEST_BYTES = 16 * 1024;

/** The form of records that this release writes. */
export const KERNEL_RECORD_VERSION = 1;

/** What is known of a kernel beside its module and its source. */
export interface KernelRecord {
  version: typeof KERNEL_RECORD_VERSION;
  /** SHA-256 of what the client sent, in hexadecimal. */
  id: string;
  manifest: KernelManifest;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** SHA-256 of the module as the gate admitted it, in hexadecimal. */
  digest: string;
  moduleBytes: number;
  /** None where the client sent a module. */
  sourceBytes?: number;
}

/** A kernel with its module, as the gate admitted it, and its source where there is one. */
export interface NewKernel {
  id: string;
  manifest: KernelManifest;
  createdAt: number;
  module: Uint8Array<ArrayBuffer>;
  source?: string;
}

/** What a put has come to. */
export interface PutKernel {
  record: KernelRecord;
  /** Whether the kernel was not there before. */
  isNew: boolean;
}

/**
 * Keeps the kernels that clients send, for their tenants alone. A kernel is never changed, and it
 * stays until it is removed. Drivers differ in what outlives the process, in nothing else.
 *
 * A kernel may be removed while jobs wait that chose it. A job that runs has its module already;
 * one that has to be begun (again) fails with `unknown_kernel`.
 */
export interface KernelStore {
  /**
   * Keeps a kernel; one that is there already stays as it is.
   *
   * @throws {JobError} `too_many_kernels` beyond KERNEL_LIMITS, or `kernel_too_large` if its
   * manifest exceeds MOST_MANIFEST_BYTES.
   */
  put(tenant: string | undefined, kernel: NewKernel): Promise<PutKernel>;
  get(tenant: string | undefined, id: string): Promise<KernelRecord | undefined>;
  /** All kernels of a tenant, the oldest first. */
  list(tenant: string | undefined): Promise<KernelRecord[]>;
  /**
   * The module of a kernel; nothing when the kernel was removed meanwhile.
   *
   * @throws {JobError} `damaged` if it is not as it was kept.
   */
  module(
    tenant: string | undefined,
    record: KernelRecord,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The source of a kernel; nothing when it has none or was removed meanwhile. */
  source(tenant: string | undefined, record: KernelRecord): Promise<string | undefined>;
  /** Forgets a kernel. Whether there was one. */
  remove(tenant: string | undefined, id: string): Promise<boolean>;
}

/** What a tenant's kernels come to. */
export interface KernelSum {
  kernels: number;
  bytes: number;
}

/** The sum of some kernels. */
export function sumKernels(records: readonly KernelRecord[]): KernelSum {
  return { kernels: records.length, bytes: records.reduce((sum, each) => sum + bytesOf(each), 0) };
}

/**
 * The sum with one kernel more.
 *
 * @param bytes Of its module and its source.
 * @throws {JobError} `too_many_kernels`.
 */
export function addKernel(sum: KernelSum, bytes: number): KernelSum {
  const { kernels, bytes: mostBytes } = KERNEL_LIMITS;
  const more = { kernels: sum.kernels + 1, bytes: sum.bytes + bytes };
  if (more.kernels <= kernels && more.bytes <= mostBytes) return more;
  const reason = more.kernels > kernels
    ? `${sum.kernels} are kept, of at most ${kernels}`
    : `${more.bytes} bytes of modules and sources exceed the ${mostBytes} that are kept`;
  throw new JobError("too_many_kernels", `Cannot keep kernel: ${reason}; DELETE frees some`, {
    details: { limit: KERNEL_LIMITS, used: sum },
  });
}

/** Bytes that a kernel counts for. */
export function bytesOf({ moduleBytes, sourceBytes = 0 }: KernelRecord): number {
  return moduleBytes + sourceBytes;
}

/** The record of a kernel that is yet to be kept. @throws {JobError} `kernel_too_large`. */
export function recordKernel(
  { id, manifest, createdAt, module, source }: NewKernel,
): KernelRecord {
  const manifestBytes = new TextEncoder().encode(JSON.stringify(manifest)).length;
  if (manifestBytes > MOST_MANIFEST_BYTES) {
    throw new JobError(
      "kernel_too_large",
      `Cannot keep kernel: its manifest takes ${manifestBytes} bytes and may take ` +
        `${MOST_MANIFEST_BYTES}`,
      { details: { limit: MOST_MANIFEST_BYTES, what: "manifest" } },
    );
  }
  return {
    version: KERNEL_RECORD_VERSION,
    id,
    manifest,
    createdAt,
    digest: sha256(module),
    moduleBytes: module.length,
    ...(source !== undefined && { sourceBytes: new TextEncoder().encode(source).length }),
  };
}

/** SHA-256 of some bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The order of lists. */
export function compareKernels(a: KernelRecord, b: KernelRecord): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
