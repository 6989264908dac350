import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  KERNEL_OUTPUT_COMBINED,
  KERNEL_OUTPUT_FINISHED,
  KERNEL_OUTPUT_KEYS,
  KERNEL_OUTPUT_PAIRS,
  KERNEL_OUTPUT_VALUE_PAIRS,
  KERNEL_OUTPUT_VALUES,
  KERNEL_OUTPUT_WINDOWS,
} from "../../../assembly/drain_layout.ts";
import { INVALID_UTF8, VALUE_F64, VALUE_I64 } from "../../../assembly/layout.ts";
import { encodePackedKeys } from "../../../src/input/packed_keys.ts";
import { readEmitted } from "../../../src/kernels/emitted.ts";
import { KERNEL_OUTPUT_TOO_LARGE, KERNEL_TRAPPED } from "../../../src/shared/task_status.ts";
import { GuestFailure } from "../../../workers/key_sources/guest_failure.ts";
import { KeyOutput } from "../../../workers/key_sources/key_output.ts";
import { isAscii, isUtf8 } from "../../../workers/key_sources/utf8.ts";
import { brokenUtf8, prose } from "../../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { encodePairs } from "../../support/pairs.ts";
import { encodeValues, type Value } from "../../support/values.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const CASES = Number(Deno.env.get("MILLRACE_FUZZ_CASES") ?? 20_000) / 10;

const NO_VALUES = 0;
const OF_KEYS = { output: KERNEL_OUTPUT_KEYS, valueType: NO_VALUES, rejects: false } as const;

/** Bytes before the chunk, which no key may show. */
const BEFORE = 7;

function createOutput(text: Uint8Array, output = KERNEL_OUTPUT_KEYS, rejects = false) {
  const shared = new Uint8Array(BEFORE + text.length + 100).fill(0x53);
  shared.set(text, BEFORE);
  const keys = new KeyOutput();
  const source = { text: shared, start: BEFORE, bytes: text.length };
  keys.begin({ ...source, output, valueType: NO_VALUES, rejects });
  return keys;
}

function unpack(packed: Uint8Array): Uint8Array[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const keys = [];
  for (let at = 0; at < packed.length;) {
    const bytes = view.getUint32(at, true);
    keys.push(packed.slice(at + 4, at + 4 + bytes));
    at += 4 + bytes;
  }
  return keys;
}

const repaired = (key: Uint8Array) => decoder.decode(key);

/** Keys of all kinds: empty, long, not UTF-8. */
function randomKeys(random: Random): Uint8Array[] {
  return Array.from({ length: random.below(40) }, () => {
    if (random.oneIn(8)) return brokenUtf8(random, random.below(30));
    if (random.oneIn(20)) return encoder.encode(prose(random, random.below(9000)));
    return encoder.encode(random.pick(["", "to", "be", "né", "好", "\0", "\ufffd", "\ufeffbom"]));
  });
}

Deno.test("KeyOutput takes packed keys, and repairs those that are not UTF-8", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES / 4; i++) {
    const output = createOutput(new Uint8Array(0));
    const keys: Uint8Array[] = [];
    for (let drains = random.below(5); drains > 0; drains--) {
      const drained = randomKeys(random);
      const packed = encodePackedKeys(drained);
      const start = random.below(9);
      const memory = new Uint8Array(start + packed.length + 5);
      memory.set(packed, start);
      output.drain(memory, start, packed.length);
      memory.fill(0xff); // the kernel may write there again
      keys.push(...drained);
    }
    const found = unpack(output.take()).map((key) =>
      new TextDecoder("utf-8", {
        ignoreBOM: true,
        fatal: true,
      }).decode(key)
    );
    assertEquals(found, keys.map(repaired), `MILLRACE_SEED=${seed}`);
  }
});

Deno.test("KeyOutput takes windows as slices of the chunk in shared memory", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES / 4; i++) {
    const text = random.oneIn(3)
      ? brokenUtf8(random, 200)
      : encoder.encode(prose(random, random.pick([10, 300, 90_000])));
    const output = createOutput(text, KERNEL_OUTPUT_WINDOWS);
    const words: number[] = [];
    const keys: string[] = [];
    for (let windows = random.below(4); windows > 0 && text.length > 0; windows--) {
      const base = random.below(text.length);
      const count = random.below(10);
      words.push(base, count);
      for (let j = 0; j < count; j++) {
        const room = Math.min(text.length - base, 0xffff);
        const start = random.below(room);
        const end = random.between(start + 1, Math.min(room, start + random.pick([1, 9, 60_000])));
        words.push(start | end << 16);
        keys.push(repaired(text.subarray(base + start, base + end)));
      }
    }
    const bytes = new Uint8Array(Int32Array.from(words).buffer);
    const start = random.below(9);
    const memory = new Uint8Array(start + bytes.length);
    memory.set(bytes, start);
    output.drain(memory, start, bytes.length);
    const found = unpack(output.take()).map((key) => decoder.decode(key));
    assertEquals(found, keys, `MILLRACE_SEED=${seed}`);
  }
});

Deno.test("KeyOutput fails for keys that are not UTF-8 where the job rejects them", () => {
  const output = createOutput(new Uint8Array(0), KERNEL_OUTPUT_KEYS, true);
  const good = encodePackedKeys([encoder.encode("好")]);
  output.drain(good, 0, good.length);
  const broken = encodePackedKeys([Uint8Array.of(0xe5, 0xa5)]);
  const error = assertThrows(() => output.drain(broken, 0, broken.length), GuestFailure);
  assertEquals(error.status, INVALID_UTF8);
});

Deno.test("KeyOutput takes sixteen times the chunk's bytes, and a megabyte", () => {
  const key = encodePackedKeys([new Uint8Array(1020).fill(97)]); // 1 KB with its header
  for (const kilobytes of [0, 3, 700]) {
    const output = createOutput(new Uint8Array(kilobytes * 1024));
    for (let i = 0; i < 1024 + 16 * kilobytes; i++) output.drain(key, 0, key.length);
    const error = assertThrows(() => output.drain(key, 0, key.length), GuestFailure);
    assertEquals(error.status, KERNEL_OUTPUT_TOO_LARGE);
    assertEquals(output.take().length, (1024 + 16 * kilobytes) * 1024);
  }
  // A window of a few bytes may stand for many keys of 64 KB.
  const output = createOutput(new Uint8Array(0xffff).fill(97), KERNEL_OUTPUT_WINDOWS);
  const window = new Uint8Array(Uint32Array.of(0, 33, ...Array(33).fill(0xffff0000)).buffer);
  const error = assertThrows(() => output.drain(window, 0, window.length), GuestFailure);
  assertEquals(error.status, KERNEL_OUTPUT_TOO_LARGE);
});

Deno.test("KeyOutput keeps nothing of the chunk before", () => {
  const output = createOutput(new Uint8Array(0));
  const keys = encodePackedKeys([encoder.encode("secret of another"), Uint8Array.of(0xff)]);
  output.drain(keys, 0, keys.length);
  assertEquals(output.replaced, 1);
  const text = new Uint8Array(1);
  output.begin({ ...OF_KEYS, text, start: 0, bytes: 1 });
  assertEquals([output.take().length, output.replaced], [0, 0]);
});

Deno.test("isUtf8() is what a fatal decoder accepts, and isAscii() sees every byte", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let invalid = 0;
  for (let i = 0; i < CASES * 10; i++) {
    const bytes = random.oneIn(2)
      ? brokenUtf8(random, random.between(1, 12))
      : Uint8Array.from({ length: random.below(6) }, () =>
        random.pick([
          0x41,
          0x80,
          0x8f,
          0x90,
          0x9f,
          0xa0,
          0xbf,
          0xc1,
          0xc2,
          0xe0,
          0xed,
          0xf0,
          0xf4,
          0xf5,
        ]));
    let expected = true;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      expected = false;
      invalid++;
    }
    const from = random.below(4);
    const room = new Uint8Array(16 + Math.ceil((from + bytes.length) / 4) * 4);
    room.set(bytes, from);
    const end = from + bytes.length;
    const what = `MILLRACE_SEED=${seed} ${bytes}`;
    assertEquals(isUtf8(room, from, end), expected, what);
    const words = new Int32Array(room.buffer);
    assertEquals(isAscii(words, from, end), bytes.every((byte) => byte < 0x80), what);
  }
  assert(invalid > CASES / 10);
});

Deno.test("KeyOutput sees all bytes of the next chunk when a full stack has ended its growth", () => {
  const large = encodePackedKeys([new Uint8Array(60_000), new Uint8Array(60_000)]);
  const broken = encodePackedKeys([new Uint8Array(60_000), new Uint8Array(60_000).fill(0xff)]);
  const output = createOutput(new Uint8Array(0));
  const original = globalThis.Int32Array;
  globalThis.Int32Array = new Proxy(original, {
    construct() {
      throw new RangeError("Maximum call stack size exceeded");
    },
  });
  try {
    assertThrows(() => output.drain(large, 0, large.length), RangeError);
  } finally {
    globalThis.Int32Array = original;
  }
  output.begin({ ...OF_KEYS, text: new Uint8Array(0), start: 0, bytes: 0 });
  output.drain(broken, 0, broken.length);
  assert(unpack(output.take()).every((key) => isUtf8(key, 0, key.length)));
});

Deno.test("KeyOutput looks whether it must stop while it repairs keys, many or long", () => {
  const many = new Array(20_000).fill(new Uint8Array([0xff]));
  const long = new Array(20).fill(new Uint8Array(10_000).fill(0xff));
  for (const [keys, looks] of [[many, 19], [long, 20]] as const) {
    const packed = encodePackedKeys(keys);
    let left = looks;
    const poll = () => {
      if (--left === 0) throw new WebAssembly.RuntimeError("stopped");
    };
    const output = createOutput(new Uint8Array(0));
    assertThrows(() => output.drain(packed, 0, packed.length, poll), WebAssembly.RuntimeError);
  }
});

// ---- values --------------------------------------------------------------------------------------

/** Value records of a chunk of so many bytes. */
function createValues(valueType: number, rejects = false): KeyOutput {
  const values = new KeyOutput();
  const output = KERNEL_OUTPUT_VALUES;
  values.begin({ text: new Uint8Array(0), start: 0, bytes: 0, output, valueType, rejects });
  return values;
}

Deno.test("KeyOutput takes value records, and repairs their keys", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < CASES / 4; i++) {
    const type = random.pick([VALUE_I64, VALUE_F64]);
    const values = createValues(type);
    const expected: [key: string, value: Value][] = [];
    for (let drains = random.below(5); drains > 0; drains--) {
      const keys = randomKeys(random);
      const records = keys.map((key): [string, Value] => [
        String.fromCharCode(...key),
        type === VALUE_I64
          ? BigInt.asIntN(64, BigInt(random.below(2 ** 32)) * BigInt(random.below(2 ** 32)))
          : random.below(1000) / 7 - 60,
      ]);
      const packed = encodeValues(records);
      const start = random.below(9);
      const memory = new Uint8Array(start + packed.length + 5);
      memory.set(packed, start);
      values.drain(memory, start, packed.length);
      memory.fill(0xff); // the kernel may write there again
      keys.forEach((key, j) => expected.push([repaired(key), records[j][1]]));
    }
    const manifest = { output: "values", value: type === VALUE_I64 ? "i64" : "f64" } as const;
    const bytes = values.take().slice();
    const found = [...readEmitted(bytes, manifest)].map(({ key, value }) => [key, value]);
    assertEquals(found, expected, `MILLRACE_SEED=${seed}`);
    assertEquals(bytes.length % 8, 0);
  }
});

Deno.test("KeyOutput refuses values that are no numbers, of doubles alone", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const record = encodeValues([["a", 1], ["b", value]]);
    const values = createValues(VALUE_F64);
    const error = assertThrows(() => values.drain(record, 0, record.length), GuestFailure);
    assertEquals([error.status, error.message.includes(String(value))], [KERNEL_TRAPPED, true]);
    createValues(VALUE_I64).drain(record, 0, record.length);
  }
});

Deno.test("KeyOutput fails for keys of values that are not UTF-8 where the job rejects them", () => {
  const good = encodeValues([["\xe5\xa5\xbd", -1n]]);
  const values = createValues(VALUE_I64, true);
  values.drain(good, 0, good.length);
  const broken = encodeValues([["a", 1n], ["\xe5\xa5", -1n]]);
  const error = assertThrows(() => values.drain(broken, 0, broken.length), GuestFailure);
  assertEquals(error.status, INVALID_UTF8);
});

Deno.test("KeyOutput takes values after a large drain of any length", () => {
  const keys = new KeyOutput();
  const text = new Uint8Array(300_000);
  const source = { text, start: 0, bytes: text.length, valueType: VALUE_I64, rejects: false };
  const values = encodeValues([["a", 1n], ["b", -2n]]);
  for (let more = 0; more < 8; more++) {
    keys.begin({ ...source, output: KERNEL_OUTPUT_PAIRS });
    const texts = ["t".repeat(40_000), "t".repeat(40_000 + 1001 * more)];
    const pairs = encodePairs(texts.map((text) => ["k", text]));
    keys.drain(pairs, 0, pairs.length);
    for (const output of [KERNEL_OUTPUT_VALUE_PAIRS, KERNEL_OUTPUT_COMBINED]) {
      keys.begin({ ...source, output });
      keys.drain(values, 0, values.length);
      assertEquals(unpack(keys.take()).length, 2, `${more}`);
    }
  }
});

Deno.test("KeyOutput takes no more values of a kernel that combines than it was given", () => {
  const values = encodeValues([["a", 1n], ["b", -2n]]);
  for (const output of [KERNEL_OUTPUT_COMBINED, KERNEL_OUTPUT_FINISHED]) {
    const keys = new KeyOutput();
    const text = new Uint8Array(values.length);
    const source = { text, start: 0, bytes: text.length, valueType: VALUE_I64, rejects: false };
    for (let chunk = 0; chunk < 2; chunk++) {
      keys.begin({ ...source, output });
      keys.drain(values, 0, values.length);
      const error = assertThrows(() => keys.drain(values, 0, 16), GuestFailure, "more values than");
      assertEquals(error.status, KERNEL_OUTPUT_TOO_LARGE);
    }
  }
});
