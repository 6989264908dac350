import type { KernelManifest, RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { compileKernel } from "./compiled_modules.ts";
import { kernelOf } from "./kernels.ts";

/** Multiplies values modulo this, so that each value matters as often as it is there. */
export const MODULUS = 1_000_003n;

const MANIFEST: KernelManifest = {
  abi: 1,
  records: "fixed:16",
  output: "values",
  value: "i64",
  op: "combine",
  options: [],
};

/** Hands out value records as they are. */
const HEAD = `
@external("millrace", "drain") declare function drain(at: usize, bytes: i32): void;
let input: usize = 0, room: usize = 0;
export function mr_reserve(bytes: i32): usize {
  if (<usize>bytes > room) { room = bytes; input = heap.alloc(room + 64); }
  return input;
}
export function mr_map(bytes: i32): void { drain(input, bytes); }
const out = memory.data(131072);
`;

/** Combines values by a function of two of them. */
function sourceOf(combine: string, finish: string): string {
  return `${HEAD}
export function mr_combine(at: usize, bytes: i32): void { groups(at, bytes, false); }
export function mr_finish(at: usize, bytes: i32): void { groups(at, bytes, true); }
function combine(a: i64, b: i64): i64 { ${combine} }
function finish(a: i64): i64 { ${finish} }
function isSame(a: usize, b: usize): bool {
  const bytes = load<u32>(a, 8);
  return load<u32>(b, 8) == bytes && memory.compare(a + 16, b + 16, bytes) == 0;
}
function put(first: usize, state: i64): void {
  const bytes = load<u32>(first, 8);
  store<i64>(out, state);
  store<u32>(out, bytes, 8);
  memory.copy(out + 12, first + 16, bytes);
  drain(out, (bytes + 12 + 7) & ~7);
}
function groups(at: usize, bytes: i32, isLast: bool): void {
  const end = at + bytes;
  let first: usize = 0;
  let state: i64 = 0;
  for (; at < end; at += (load<u32>(at, 8) + 16 + 7) & ~7) {
    let count = load<u32>(at, 12);
    if (first == 0 || !isSame(first, at)) {
      if (first != 0) put(first, isLast ? finish(state) : state);
      first = at;
      state = load<i64>(at);
      count--;
    }
    for (; count > 0; count--) state = combine(state, load<i64>(at));
  }
  if (first != 0) put(first, isLast ? finish(state) : state);
}`;
}

/** Makes as many values of each one as it is told. */
function repeatingSource(times: number): string {
  return `${HEAD}
export function mr_finish(at: usize, bytes: i32): void { mr_combine(at, bytes); }
export function mr_combine(at: usize, bytes: i32): void {
  const end = at + bytes;
  for (; at < end; at += (load<u32>(at, 8) + 16 + 7) & ~7) {
    const bytes = load<u32>(at, 8);
    for (let i = 0; i < ${times}; i++) {
      store<i64>(out, load<i64>(at) * ${times} + i);
      store<u32>(out, bytes, 8);
      memory.copy(out + 12, at + 16, bytes);
      drain(out, (bytes + 12 + 7) & ~7);
    }
  }
}`;
}

/** A kernel that combines, as a client would send it. */
export function combiningModule(
  combine = `return (a % ${MODULUS}) * (b % ${MODULUS}) % ${MODULUS};`,
  finish = "return a + 1;",
  terms: Partial<KernelManifest> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return compile(sourceOf(combine, finish), terms);
}

/** One that leaves so many values of each one where it should combine them. */
export function repeatingModule(times: number): Promise<Uint8Array<ArrayBuffer>> {
  return compile(repeatingSource(times));
}

/** A kernel that combines, as the gate admits it. */
export async function combiningKernel(
  ...given: Parameters<typeof combiningModule>
): Promise<RunnableKernel> {
  return await admitted(await combiningModule(...given));
}

export async function repeatingKernel(times: number): Promise<RunnableKernel> {
  return await admitted(await repeatingModule(times));
}

async function admitted(sent: Uint8Array<ArrayBuffer>): Promise<RunnableKernel> {
  const { module, manifest } = admitModule(sent);
  return { ...await kernelOf(module), manifest };
}

function compile(
  source: string,
  terms: Partial<KernelManifest> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const manifest = { ...MANIFEST, ...terms };
  return compileKernel(source, ["-O1", "--runtime", "stub"], manifest);
}
