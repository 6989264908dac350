import { KERNEL_OUTPUT_COMBINED, KERNEL_OUTPUT_VALUES } from "../assembly/drain_layout.ts";
import { VALUE_KEY, VALUE_KEY_BYTES } from "../assembly/layout.ts";
import type { CombineBreach, CombineLaw } from "../src/shared/trial.ts";
import { KERNEL_TRAPPED } from "../src/shared/task_status.ts";
import { behindRecord, VALUE_RECORDS } from "../src/shared/record_form.ts";
import type { Guest } from "./key_sources/guest.ts";
import { GuestFailure, isStackOverflow } from "./key_sources/guest_failure.ts";
import type { KeyOutput } from "./key_sources/key_output.ts";

// Whether what a kernel makes of values depends on their order, on how they are put together, or on
// whether one that is there twice is given twice or once with a count of two. Chunks, threads and the
// order of keys decide that in a job, so it must not matter.

/** What runs the kernel. */
export interface CombineParts {
  /** Makes a new instance; the one before is of no use once it has failed. */
  start(): Guest;
  /** Whether the host has stopped the kernel. */
  isStopped(): boolean;
  /** What instances drain to. */
  keys: KeyOutput;
  /** One of VALUE_*. */
  valueType: number;
}

/** A value, as bits, and how often it is there. */
type Counted = readonly [value: bigint, count: number];

/** A record of a group; see src/engine/stages/group_packer.ts. Keys have one byte here. */
const RECORD_BYTES = 24;
const COUNT_AT = 12;
const KEY_AT = 16;
const FIRST_KEY = 0x61;

/**
 * Has a kernel combine values in several ways, and gives the first difference. Values for which the
 * kernel fails by itself show nothing: it may be made for others.
 *
 * @param triples Bits of values, three by three.
 * @throws What an instance throws when it is stopped, or takes too much.
 */
export function findBreach(
  triples: BigInt64Array<ArrayBuffer>,
  parts: CombineParts,
): CombineBreach | undefined {
  let guest = parts.start();
  for (let i = 0; i + 2 < triples.length; i += 3) {
    const [a, b, c] = triples.subarray(i, i + 3);
    try {
      const breach = tryTriple([a, b, c], (groups) => combine(guest, groups, parts));
      if (breach) return breach;
    } catch (error) {
      if (parts.isStopped() || !isFailure(error, guest)) throw error;
      guest = parts.start();
    }
  }
}

function tryTriple(
  values: CombineBreach["values"],
  combine: (groups: Counted[][]) => bigint[] | undefined,
): CombineBreach | undefined {
  const [a, b, c] = values.map((value): Counted => [value, 1]);
  const twice: Counted = [values[0], 2];
  const first = combine([[a, b], [b, a], [b, c], [a, b, c], [a, a, b], [twice, b]]);
  if (!first) return { law: "single", values, results: [] };
  const [ab, ba, bc, abc, aab, counted] = first;
  const second = combine([[[ab, 1], c], [a, [bc, 1]]]);
  if (!second) return { law: "single", values, results: [] };
  const [left, right] = second;
  const laws: [CombineLaw, bigint, bigint][] = [
    ["commutative", ab, ba],
    ["associative", left, right],
    ["grouped", abc, left],
    ["counted", aab, counted],
  ];
  const broken = laws.find(([, one, other]) => one !== other);
  return broken && { law: broken[0], values, results: [broken[1], broken[2]] };
}

/** What the kernel makes of each group; undefined if that is not one value for each. */
function combine(
  guest: Guest,
  groups: Counted[][],
  { keys, valueType }: CombineParts,
): bigint[] | undefined {
  const text = encodeGroups(groups);
  const source = { text, start: 0, bytes: text.length, valueType, rejects: true };
  keys.begin({ ...source, output: KERNEL_OUTPUT_VALUES }); // what it drains is looked at as it is
  guest.map({ ...source, output: KERNEL_OUTPUT_COMBINED });
  return readStates(keys.take(), groups.length);
}

function encodeGroups(groups: Counted[][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD_BYTES * groups.flat().length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  groups.forEach((group, i) => {
    for (const [value, count] of group) {
      view.setBigInt64(at, value, true);
      view.setUint32(at + VALUE_KEY_BYTES, 1, true);
      view.setUint32(at + COUNT_AT, count, true);
      bytes[at + KEY_AT] = FIRST_KEY + i;
      at += RECORD_BYTES;
    }
  });
  return bytes;
}

function readStates(records: Uint8Array, groups: number): bigint[] | undefined {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  const states = new Map<number, bigint>();
  let count = 0;
  for (let at = 0; at < records.length; count++) {
    const keyBytes = view.getUint32(at + VALUE_KEY_BYTES, true);
    if (keyBytes === 1) states.set(records[at + VALUE_KEY], view.getBigInt64(at, true));
    at = behindRecord(VALUE_RECORDS, at + VALUE_KEY + keyBytes);
  }
  const inOrder = Array.from({ length: groups }, (_, i) => states.get(FIRST_KEY + i));
  const isWhole = count === groups && inOrder.every((state) => state !== undefined);
  return isWhole ? inOrder as bigint[] : undefined;
}

/** Whether a kernel has failed by itself, as it may at any value, and for nothing that it used up. */
function isFailure(error: unknown, guest: Guest): boolean {
  if (error instanceof GuestFailure) return error.status === KERNEL_TRAPPED;
  const isTrap = error instanceof WebAssembly.RuntimeError || isStackOverflow(error);
  return isTrap && !guest.isCramped;
}
