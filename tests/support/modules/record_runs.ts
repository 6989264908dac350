import type { RecordPlan, WordPlan } from "../../../src/records/record_plan.ts";
import { encodePlan } from "../../../src/records/encode_plan.ts";
import { readKernel } from "../../../src/kernels/registry.ts";
import { recordRule } from "../../../src/input/record_rules.ts";
import type { SplitRule } from "../../../src/input/splitter.ts";
import { lastSafeSplit } from "../../../src/input/splitter_rules.ts";
import { decodeTallies } from "../../../src/shared/record_tallies.ts";
import {
  FORM_KEYS,
  FORM_PAIRS,
  FORM_SLICES,
  FORM_WINDOWS,
} from "../../../assembly/records/plan_layout.ts";
import { RecordGuest } from "../../../workers/key_sources/record_guest.ts";
import type { Random } from "../random.ts";
import type { OracleRecords } from "../oracle/oracle_records.ts";

const module = new WebAssembly.Module(readKernel("records"));
const MEMORY_BYTES = 256 * 1024 * 1024;
const SCALE_SHIFT = 26;
const MOST_SCALE = 18n;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the kernel has given; values are numbers in units of 10^-18, or texts. */
export interface RecordRun extends Omit<OracleRecords, "values"> {
  values: (string | bigint)[];
  /** The form of each chunk. */
  forms: number[];
}

/** An instance with a plan. */
export function recordGuest(plan: RecordPlan, mostBytes = MEMORY_BYTES): RecordGuest {
  const limits = { initial: 0, maximum: Infinity };
  return new RecordGuest({ module, limits }, mostBytes, encodePlan(plan), () => {});
}

/** Cuts a text where its records allow it, at places that a random number decides. */
export function cutRecords(
  text: Uint8Array,
  records: string,
  random: Random,
  words?: WordPlan,
): Uint8Array[] {
  const rule: SplitRule = words && records === "word"
    ? (text, length) => lastSafeSplit(text, length, words.tokenizer)
    : recordRule(records);
  const chunks: Uint8Array[] = [];
  let at = 0;
  while (at < text.length) {
    let length = random.between(1, Math.max(1, text.length - at));
    let split = 0;
    for (; split === 0 && at + length < text.length; length++) {
      split = rule(text.subarray(at), length);
    }
    if (split === 0) split = text.length - at;
    chunks.push(text.subarray(at, at + split));
    at += split;
  }
  return chunks;
}

/**
 * Has the kernel alone read the chunks of a text.
 *
 * @param isCopy Whether it is told that windows are in vain.
 * @param part The name of the part of the input that the text is.
 */
export function readChunks(
  guest: RecordGuest,
  chunks: readonly Uint8Array[],
  isCopy = false,
  part = "0",
): RecordRun {
  const run: RecordRun = {
    keys: [],
    values: [],
    forms: [],
    records: 0,
    missing: 0,
    notNumbers: 0,
    broken: [],
  };
  let offset = 0;
  for (const text of chunks) {
    guest.take({ text, start: 0, bytes: text.length, part: encoder.encode(part) });
    const form = guest.map(isCopy ? undefined : { start: 0x1000, bytes: text.length });
    run.forms.push(form);
    readOutput(run, form, guest.output(false), text);
    const { records, missing, notNumbers, skippedAt } = decodeTallies(guest.tallies, 0);
    run.records += records;
    run.missing += missing;
    run.notNumbers += notNumbers;
    run.broken.push(...skippedAt.map((at) => offset + at));
    offset += text.length;
  }
  return run;
}

function readOutput(run: RecordRun, form: number, output: Uint8Array, text: Uint8Array): void {
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  const u32 = (at: number) => view.getUint32(at, true);
  const textAt = (at: number, bytes: number) => decoder.decode(output.subarray(at, at + bytes));
  for (let at = 0; at < output.length;) {
    if (form === FORM_WINDOWS) {
      const base = u32(at);
      const end = at + 8 + 4 * u32(at + 4);
      for (at += 8; at < end; at += 4) {
        const slice = u32(at);
        run.keys.push(
          decoder.decode(text.subarray(base + (slice & 0xffff), base + (slice >>> 16))),
        );
      }
    } else if (form === FORM_KEYS) {
      run.keys.push(textAt(at + 4, u32(at)));
      at += 4 + u32(at);
    } else if (form === FORM_PAIRS) {
      run.keys.push(textAt(at + 8, u32(at)));
      run.values.push(textAt(at + 8 + u32(at), u32(at + 4)));
      at += 8 + u32(at) + u32(at + 4);
    } else {
      const header = u32(at + 8);
      const bytes = header & ((1 << SCALE_SHIFT) - 1);
      const scale = BigInt(header >>> SCALE_SHIFT);
      const isSlice = form === FORM_SLICES;
      const start = u32(at + 12);
      run.keys.push(
        isSlice ? decoder.decode(text.subarray(start, start + bytes)) : textAt(at + 12, bytes),
      );
      run.values.push(view.getBigInt64(at, true) * 10n ** (MOST_SCALE - scale));
      at = isSlice ? at + 16 : Math.ceil((at + 12 + bytes) / 8) * 8;
    }
  }
}
