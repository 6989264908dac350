import { JobError } from "../../contract/problems.ts";
import { ABI_EXPORTS, MANIFEST_SECTION } from "./abi.ts";
import { AdmissionFault } from "./checker/byte_reader.ts";
import { checkAdmitted } from "./checker/check_admitted.ts";
import { refuse } from "./cursor.ts";
import { GATE_LIMITS, type GateLimits } from "./limits.ts";
import type { KernelManifest } from "../../contract/kernel_manifest.ts";
import { parseManifest } from "./manifest.ts";
import { readModule, type WalkedModule } from "./read_module.ts";
import { writeModule } from "./write_module.ts";

/** A module that may run in a worker thread. */
export interface AdmittedModule {
  /** The module with its polls. */
  module: Uint8Array<ArrayBuffer>;
  manifest: KernelManifest;
  /** The memory that the host makes for an instance, in pages of 64 KiB. */
  memory: { initial: number; maximum: number };
  /** Exports that the module has, of those that ABI 1 knows. */
  exports: string[];
  /** How many polls were put in. */
  polls: number;
}

/**
 * Lets a module in, or says why not. Every module passes here, also those of the own compiler.
 *
 * The walker decodes it and puts the polls in; a second checker, which shares no code with it,
 * proves that they are where they must be; the engine's own validation checks the types of operands.
 *
 * @param bytes A module, as a compiler wrote it; it is only read.
 * @param limits What differs from {@linkcode GATE_LIMITS}.
 * @throws {JobError} `kernel_too_large` by its length; `kernel_refused` with `reason`, and `offset`
 *   and `function` where they are known.
 */
export function admitModule(
  bytes: Uint8Array,
  limits: Partial<GateLimits> = {},
): AdmittedModule {
  const allLimits = { ...GATE_LIMITS, ...limits };
  const { moduleBytes, memoryPages, manifestBytes } = allLimits;
  if (bytes.length > moduleBytes) {
    const message = `Cannot admit kernel: ${bytes.length} bytes exceed the limit of ${moduleBytes}`;
    throw new JobError("kernel_too_large", message, { details: { limit: moduleBytes } });
  }
  const walked = readModule(bytes, allLimits);
  const manifest = readManifest(bytes, walked, manifestBytes);
  const exports = checkExports(walked, manifest);
  const module = writeModule(bytes, walked, memoryPages);
  checkTwice(module, memoryPages);
  validate(module, bytes);
  return {
    module,
    manifest,
    memory: { initial: walked.shape.memoryPages ?? 0, maximum: memoryPages },
    exports,
    polls: walked.bodies.reduce((sum, { polls }) => sum + polls.length, 0),
  };
}

/**
 * Whether the gate lets through, as it is now, what it has written before: an older one may have put
 * in fewer polls.
 */
export function isAdmitted(module: Uint8Array): boolean {
  try {
    checkAdmitted(module, GATE_LIMITS.memoryPages);
    return true;
  } catch (error) {
    if (error instanceof AdmissionFault) return false;
    throw error;
  }
}

function readManifest(bytes: Uint8Array, { manifest }: WalkedModule, limit: number) {
  if (!manifest) return refuse(`there is no custom section "${MANIFEST_SECTION}"`);
  const { start, end } = manifest;
  if (end - start > limit) {
    refuse(`${end - start} bytes of manifest exceed the limit of ${limit}`, { offset: start });
  }
  return parseManifest(bytes.subarray(start, end), start);
}

function checkExports({ shape }: WalkedModule, manifest: KernelManifest): string[] {
  const names = shape.exports.map(({ name }) => name);
  for (const [name, { type, isRequired }] of ABI_EXPORTS) {
    if (isRequired && !names.includes(name)) refuse(`the export ${name} (${type}) is missing`);
  }
  if (manifest.options.length > 0 && !names.includes("mr_configure")) {
    refuse("it has options, but the export mr_configure is missing");
  }
  const combines = manifest.op === "combine";
  if (combines && !(names.includes("mr_combine") && names.includes("mr_finish"))) {
    refuse("its op is combine, but one of the exports mr_combine and mr_finish is missing");
  }
  return names;
}

function checkTwice(module: Uint8Array, memoryPages: number): void {
  try {
    checkAdmitted(module, memoryPages);
  } catch (cause) {
    refuse(`the second check failed: ${(cause as Error).message}`, {}, cause);
  }
}

/** The engine's opinion, in the offsets of the module as it came in. */
function validate(module: Uint8Array<ArrayBuffer>, original: Uint8Array): void {
  try {
    new WebAssembly.Module(module);
  } catch (error) {
    const cause = errorOf(original.slice()) ?? error;
    const reason = (cause as Error).message;
    const [, index] = /function #(\d+)/.exec(reason) ?? [];
    const [, offset] = /@\+(\d+)/.exec(reason) ?? [];
    const place = cause !== error && offset !== undefined ? { offset: Number(offset) } : {};
    refuse(reason, index === undefined ? place : { ...place, function: Number(index) }, cause);
  }
}

function errorOf(module: Uint8Array<ArrayBuffer>): unknown {
  try {
    new WebAssembly.Module(module);
  } catch (error) {
    return error;
  }
}
