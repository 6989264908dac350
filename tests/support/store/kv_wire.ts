import protobuf from "protobufjs/light.js";

/** The part of the KV Connect protocol that reads and writes; queues and watches are left out. */
const SCHEMA = {
  nested: {
    SnapshotRead: { fields: { ranges: { rule: "repeated", type: "ReadRange", id: 1 } } },
    ReadRange: {
      fields: {
        start: { type: "bytes", id: 1 },
        end: { type: "bytes", id: 2 },
        limit: { type: "int32", id: 3 },
        reverse: { type: "bool", id: 4 },
      },
    },
    SnapshotReadOutput: {
      fields: {
        ranges: { rule: "repeated", type: "ReadRangeOutput", id: 1 },
        readIsStronglyConsistent: { type: "bool", id: 4 },
        status: { type: "int32", id: 8 },
      },
    },
    ReadRangeOutput: { fields: { values: { rule: "repeated", type: "KvEntry", id: 1 } } },
    KvEntry: {
      fields: {
        key: { type: "bytes", id: 1 },
        value: { type: "bytes", id: 2 },
        encoding: { type: "int32", id: 3 },
        versionstamp: { type: "bytes", id: 4 },
      },
    },
    AtomicWrite: {
      fields: {
        checks: { rule: "repeated", type: "Check", id: 1 },
        mutations: { rule: "repeated", type: "Mutation", id: 2 },
      },
    },
    Check: {
      fields: { key: { type: "bytes", id: 1 }, versionstamp: { type: "bytes", id: 2 } },
    },
    Mutation: {
      fields: {
        key: { type: "bytes", id: 1 },
        value: { type: "KvValue", id: 2 },
        mutationType: { type: "int32", id: 3 },
        expireAtMs: { type: "int64", id: 4 },
      },
    },
    KvValue: {
      fields: { data: { type: "bytes", id: 1 }, encoding: { type: "int32", id: 2 } },
    },
    AtomicWriteOutput: {
      fields: {
        status: { type: "int32", id: 1 },
        versionstamp: { type: "bytes", id: 2 },
        failedChecks: { rule: "repeated", type: "uint32", id: 4 },
      },
    },
  },
};

/** A range of keys to read. */
export interface ReadRange {
  start: Uint8Array;
  end: Uint8Array;
  limit: number;
  reverse: boolean;
}

/** A key with its value. */
export interface Entry {
  key: Uint8Array;
  value: Uint8Array;
  encoding: number;
  versionstamp: Uint8Array;
}

/** A version that a key must have for a write to succeed. */
export interface Check {
  key: Uint8Array;
  /** Empty if the key must not exist. */
  versionstamp: Uint8Array;
}

/** A change of one key. */
export interface Mutation {
  key: Uint8Array;
  value?: { data: Uint8Array; encoding: number };
  mutationType: number;
  /** 0 for never. */
  expireAtMs: number;
}

/** Kinds of mutations, by their numbers on the wire. */
export const MutationType = { set: 1, delete: 2 } as const;
/** Outcomes of writes, likewise. */
export const WriteStatus = { success: 1, checkFailure: 2 } as const;
const READ_SUCCESS = 1;

const root = protobuf.Root.fromJSON(SCHEMA);
const READABLE = { defaults: true, arrays: true, longs: Number };

/** Reads the body of a request to read. */
export function decodeRead(bytes: Uint8Array): { ranges: ReadRange[] } {
  return decode("SnapshotRead", bytes) as ReturnType<typeof decodeRead>;
}

/** Reads the body of a request to write. */
export function decodeWrite(bytes: Uint8Array): { checks: Check[]; mutations: Mutation[] } {
  return decode("AtomicWrite", bytes) as ReturnType<typeof decodeWrite>;
}

/** Writes the answer to a request to read: the entries of each range. */
export function encodeRead(ranges: readonly { values: Entry[] }[]) {
  return encode("SnapshotReadOutput", {
    ranges,
    readIsStronglyConsistent: true,
    status: READ_SUCCESS,
  });
}

/** Writes the answer to a request to write. */
export function encodeWrite(output: {
  status: number;
  versionstamp?: Uint8Array;
  failedChecks?: number[];
}) {
  return encode("AtomicWriteOutput", output);
}

function decode(type: string, bytes: Uint8Array): unknown {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), READABLE);
}

function encode(type: string, value: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  const message = root.lookupType(type);
  return message.encode(message.fromObject(value)).finish().slice();
}
