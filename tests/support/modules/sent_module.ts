import { MANIFEST } from "./kernel_module.ts";
import type { KernelManifest } from "../../../src/contract/kernel_manifest.ts";
import { withManifest } from "./compiled_modules.ts";
import { DROP, flatten, POLL, text } from "./wasm_code.ts";

const NOP = 0x01;
const IMPORTS = 2;
const HEADER_BYTES = 8;

/** What only the gate may import, as buildModule writes it. */
const LEASH = flatten([text("millrace"), text("leash"), 2, 3, 1, 1]);
const POLL_BYTES = flatten(POLL);

/**
 * A module of buildModule as a client would send it: what the gate puts in is taken out.
 *
 * @param number Modules of different ones differ, also when the gate has admitted them.
 * @throws {Error} If the module is none of buildModule.
 */
export function sentModule(
  module: Uint8Array,
  manifest: Partial<KernelManifest> = {},
  number = 0,
): Uint8Array<ArrayBuffer> {
  const bytes = [...module];
  const first = indexOf(bytes, POLL_BYTES);
  bytes.splice(first, POLL_BYTES.length, ...unlike(number));
  for (let at; (at = indexOf(bytes, POLL_BYTES)) >= 0;) {
    bytes.splice(at, POLL_BYTES.length, ...POLL_BYTES.map(() => NOP));
  }
  const imports = sectionAt(bytes, IMPORTS);
  bytes.splice(indexOf(bytes, LEASH), LEASH.length);
  bytes[imports + 1] -= LEASH.length;
  bytes[imports + 2]--; // the number of imports
  return withManifest(Uint8Array.from(bytes), { ...MANIFEST, ...manifest });
}

/** Code that does nothing, and is like that of no other number below 2^28. */
function unlike(number: number): number[] {
  const digits = [0, 7, 14, 21].map((shift) => 0x80 | number >>> shift & 0x7f);
  const code = [0x41, ...digits, 0, DROP];
  return [...code, ...Array<number>(POLL_BYTES.length - code.length).fill(NOP)];
}

/** Where a section begins. Those before it are shorter than 128 bytes, as it is itself. */
function sectionAt(bytes: readonly number[], id: number): number {
  let at = HEADER_BYTES;
  while (bytes[at] !== id) at += 2 + bytes[at + 1];
  if (bytes[at + 1] >= 0x80) throw new Error(`Section ${id} is too long`);
  return at;
}

function indexOf(bytes: readonly number[], part: readonly number[]): number {
  return bytes.findIndex((_, at) => part.every((byte, i) => bytes[at + i] === byte));
}
