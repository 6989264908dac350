import { assertEquals } from "@std/assert";
import { TASK_OFFSET, TASKS } from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { continuesKeys, noteKeys } from "../../src/shared/counted_keys.ts";
import { PACKED_KEYS, type RecordForm, VALUE_RECORDS } from "../../src/shared/record_form.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";
import { encodeValues } from "../support/values.ts";

/** Packed keys with room for the last word. */
function pack(...keys: string[]): Uint8Array {
  const packed = encodePackedTexts(keys);
  const room = new Uint8Array(packed.length + 3);
  room.set(packed);
  return room.subarray(0, packed.length);
}

/** A record of which some bytes of `keys` are counted. */
function createRecord(
  keys: Uint8Array,
  counted: number,
  form: RecordForm | undefined = PACKED_KEYS,
) {
  const heap = SharedHeap.create(8 * 1024 * 1024);
  noteKeys(heap, TASKS, keys);
  heap.words[(TASKS + TASK_OFFSET) >> 2] = counted;
  return (other: Uint8Array) => continuesKeys(heap, TASKS, other, form);
}

Deno.test("continuesKeys() lets a thread go on with the same keys, at a border between them", () => {
  const keys = pack("to", "be", "", "or not");
  for (const [counted, expected] of [[0, true], [6, true], [12, true], [16, true], [26, true]]) {
    assertEquals(createRecord(keys, Number(counted))(keys), expected, `${counted}`);
  }
  for (const counted of [1, 5, 7, 17, 25, 27, 1000]) {
    assertEquals(createRecord(keys, counted)(keys), false, `${counted}`);
  }
});

Deno.test("continuesKeys() refuses other keys, unless none is counted", () => {
  const keys = pack("to", "be");
  for (const other of [pack("to", "bE"), pack("to"), pack("to", "be", "or"), pack("", "tobe")]) {
    assertEquals(createRecord(keys, 6)(other), false);
    assertEquals(createRecord(keys, 0)(other), true);
  }
});

Deno.test("continuesKeys() lets a thread go on at a border between value records", () => {
  // Keys of 2, 4, 5 and 0 bytes: records of 16, 16, 24 and 16 bytes.
  const records = encodeValues([["to", 1n], ["be-4", -1n], ["or-5-", 2n], ["", 3n]]);
  for (const counted of [0, 16, 32, 56, 72]) {
    assertEquals(createRecord(records, counted, VALUE_RECORDS)(records), true, `${counted}`);
  }
  for (const counted of [1, 8, 15, 24, 40, 48, 71, 80]) {
    assertEquals(createRecord(records, counted, VALUE_RECORDS)(records), false, `${counted}`);
  }
});
