import { assert, assertEquals, assertThrows } from "@std/assert";
import { POLL } from "../../../../src/kernels/gate/abi.ts";
import { admitModule } from "../../../../src/kernels/gate/admit_module.ts";
import { AdmissionFault } from "../../../../src/kernels/gate/checker/byte_reader.ts";
import { checkAdmitted } from "../../../../src/kernels/gate/checker/check_admitted.ts";
import {
  branch,
  call,
  COPY,
  custom,
  DROP,
  END,
  FILL,
  GROW,
  HEADER,
  I32,
  i32,
  LOOP,
  name,
  section,
  u32,
  vector,
} from "../../../support/modules/binary.ts";
import {
  body,
  exportOf,
  IDLE,
  kernelModule,
  T_MAP,
  T_NONE,
  T_PAIR,
} from "../../../support/modules/kernel_module.ts";

const NOP = 0x01;
const THREE = [...i32(0), ...i32(0), ...i32(0)];

/** A kernel with every reason to poll. */
const REASONS = kernelModule({
  imports: [{ module: "millrace", name: "drain", type: T_PAIR }],
  functions: [
    ...IDLE,
    { type: T_NONE, code: [...LOOP, ...LOOP, ...branch(1), END, END] },
    { type: T_NONE, code: [...THREE, ...FILL, ...THREE, ...COPY, ...THREE, 0xfc, 8, 0, 0] },
    { type: T_NONE, code: [...i32(1), ...GROW, DROP] },
    { type: T_NONE, code: call(3) },
    { type: T_NONE, code: [...i32(0), 0x11, T_NONE, 0] },
    { type: T_NONE, code: new Array(64).fill(NOP) },
    { type: T_NONE, code: call(9) },
  ],
  table: 1,
  globals: [[I32, 1, ...i32(0), END]],
  exports: [exportOf("mr_at", 3, 0)],
  start: 3,
  elements: [[0, ...i32(0), END, 1, 3]],
  dataCount: 1,
  data: [[1, 0]],
});

const admitted = admitModule(REASONS);

/** Where polls begin. */
function pollsIn(module: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at + POLL.length <= module.length; at++) {
    if (POLL.every((byte, i) => module[at + i] === byte)) found.push(at);
  }
  return found;
}

function expectFault(module: Uint8Array): AdmissionFault {
  const fault = assertThrows(() => checkAdmitted(module), AdmissionFault) as AdmissionFault;
  assert(fault.offset >= 0 && fault.offset <= module.length, fault.message);
  return fault;
}

Deno.test("checkAdmitted() misses each poll that is taken out", () => {
  const polls = pollsIn(admitted.module);
  assertEquals(polls.length, admitted.polls);
  // The exports, the start function, and those of an indirect call, of 64 instructions and of
  // recursion at entry; two loops, four operations on memory, and behind two calls.
  assertEquals(polls.length, 2 + 1 + 3 + 2 + 4 + 2);
  checkAdmitted(admitted.module);
  for (const at of polls) {
    const without = admitted.module.slice();
    without.fill(NOP, at, at + POLL.length);
    expectFault(without);
  }
});

Deno.test("checkAdmitted() misses each poll of which one bit is another", () => {
  for (const at of pollsIn(admitted.module)) {
    for (let bit = 0; bit < POLL.length * 8; bit++) {
      const changed = admitted.module.slice();
      changed[at + (bit >> 3)] ^= 1 << (bit & 7);
      expectFault(changed);
    }
  }
});

Deno.test("checkAdmitted() finds every changed bit of the imports of memories", () => {
  const { module } = admitted;
  const start = module.findIndex((_, at) =>
    name("env").every((byte, i) => module[at + i] === byte)
  );
  const end = start + 10 + 1 + 1 + 1 + 2 + 1 + 9 + 6 + 1 + 3; // up to the import of drain
  for (let bit = start * 8; bit < end * 8; bit++) {
    const changed = module.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    // The memory's initial pages may be any that are not above its maximum.
    const isInitial = bit >> 3 === start + 13 && changed[bit >> 3] < 0x80;
    if (isInitial) checkAdmitted(changed);
    else expectFault(changed);
  }
});

Deno.test("checkAdmitted() wants the memory that was set", () => {
  const { module } = admitModule(REASONS, { memoryPages: 7 });
  checkAdmitted(module, 7);
  for (const pages of [0, 6, 8, 1_024]) {
    assertThrows(() => checkAdmitted(module, pages), AdmissionFault);
  }
});

const MEMORY = [...name("env"), ...name("memory"), 2, 1, 1, ...u32(1_024)];
const LEASH = [...name("millrace"), ...name("leash"), 2, 3, 1, 1];
const DRAIN = [...name("millrace"), ...name("drain"), 0, 1];

interface Parts {
  imports?: number[][];
  exports?: number[][];
  code?: number[];
  /** Functions behind that of the code, which take nothing. */
  others?: number[][];
  /** Sections beyond those that are needed: before the code, and behind it. */
  before?: number[];
  after?: number[];
}

/** A module as the gate might leave it, by hand: its first function is of type 0, and takes an i32. */
function byHand(parts: Parts) {
  const { imports = [], exports = [], code = [], others = [], before = [], after = [] } = parts;
  const types = [[0x60, 1, I32, 0], [0x60, 2, I32, I32, 0], [0x60, 0, 0]];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, vector(types)),
    ...section(2, vector(imports)),
    ...section(3, [...u32(1 + others.length), 0, ...others.map(() => 2)]),
    ...section(7, vector(exports)),
    ...before,
    ...section(10, [
      ...u32(1 + others.length),
      ...body({ type: T_MAP, code }),
      ...others.flatMap((code) => body({ type: T_NONE, code })),
    ]),
    ...after,
  ]);
}

const BOTH = [MEMORY, LEASH];
const FAULTY: [message: string, parts: Parts][] = [
  ["memories are missing", {}],
  ["memories are missing", { imports: [MEMORY] }],
  ["the import is not env memory", { imports: [LEASH, MEMORY] }],
  ["the import is not millrace leash", { imports: [MEMORY, DRAIN] }],
  ["an import is not allowed", { imports: [...BOTH, LEASH] }],
  ["an import is not allowed", { imports: [...BOTH, DRAIN, DRAIN] }],
  ["an import has another type", { imports: [...BOTH, [...DRAIN.slice(0, -1), 0]] }],
  ["an export is not allowed", { imports: BOTH, exports: [exportOf("memory", 2, 0)] }],
  ["an export is not allowed", { imports: BOTH, exports: [exportOf("leash", 2, 1)] }],
  ["an export is not allowed", { imports: BOTH, exports: [exportOf("mr_reserve", 0, 0)] }],
  ["an export is not allowed", { imports: BOTH, exports: [exportOf("toString", 0, 0)] }],
  ["an export is not allowed", {
    imports: [...BOTH, DRAIN],
    exports: [exportOf("mr_combine", 0, 0)],
  }],
  ["a function does not poll at its entry", {
    imports: BOTH,
    exports: [exportOf("mr_map", 0, 0)],
  }],
  ["a function does not poll at its entry", { imports: BOTH, before: section(8, [0]) }],
  ["a function does not poll at its entry", { imports: BOTH, code: [...i32(0), ...call(0)] }],
  ["a function does not poll at its entry", { imports: BOTH, code: new Array(63).fill(NOP) }],
  ["a loop does not poll", { imports: BOTH, code: [...POLL, ...LOOP, ...branch(0), END] }],
  ["a loop does not poll", {
    imports: BOTH,
    code: [...POLL, ...LOOP, NOP, ...POLL, ...branch(0), END],
  }],
  ["an operation on memory does not poll", { imports: BOTH, code: [...POLL, ...THREE, ...FILL] }],
  ["no poll follows a call by the table", {
    imports: BOTH,
    code: [...POLL, ...i32(0), 0x11, 2, 0, NOP, ...POLL],
  }],
  ["a call of no function", { imports: BOTH, code: [...POLL, ...call(1)] }],
  ["an operation on memory does not poll", {
    imports: BOTH,
    code: [...POLL, ...THREE, ...POLL, NOP, ...COPY],
  }],
  ["an atomic load is no part of a poll", {
    imports: BOTH,
    code: [...i32(0), 0xfe, 0x10, 0x42, 0x01, 0x00, DROP],
  }],
  ["an atomic load is no part of a poll", {
    imports: BOTH,
    code: [...POLL.slice(0, -2), NOP, 0x00, END],
  }],
  ["instruction fe0017 is not allowed", {
    imports: BOTH,
    code: [...i32(0), ...i32(0), 0xfe, 0x17, 0x42, 1, 0],
  }],
  ["another memory than 0", { imports: BOTH, code: [...i32(0), 0x28, 0x42, 1, 0, DROP] }],
  ["another memory than 0", { imports: BOTH, code: [0x3f, 1, DROP] }],
  ["code follows the last end", { imports: BOTH, code: [END, NOP] }],
  ["section 0 is not allowed here", { imports: BOTH, after: custom("name", []) }],
  ["section 5 is not allowed here", { imports: BOTH, before: section(5, [1, 0, 1]) }],
  ["section 13 is not allowed here", { imports: BOTH, after: section(13, [0]) }],
  ["a segment of elements is not plain", { imports: BOTH, before: section(9, [1, 1, 0, 0]) }],
  ["a segment of data is not plain", {
    imports: BOTH,
    after: section(11, [1, 2, 1, ...i32(0), END, 0]),
  }],
];

const FAIL = [...name("millrace"), ...name("fail"), 0, 1];
const TWO = [...i32(0), ...i32(0)];
const nops = (count: number): number[] => new Array(count).fill(NOP);

const SILENT: [others: number[][], isAllowed: boolean][] = [
  [[nops(62)], true],
  [[nops(63)], false],
  [[[...POLL, ...nops(63)]], true],
  [[[...LOOP, ...POLL, ...nops(59), END]], true], // 5 of a poll count nothing
  [[[...LOOP, ...POLL, ...nops(61), END]], false],
  [[[...TWO, ...call(1)]], true], // fail, which does not return
  [[[...TWO, ...call(0)]], false], // drain
  [[nops(30), [...nops(30), ...call(3)]], true], // 31 and 63
  [[nops(30), [...nops(31), ...call(3)]], false],
  [[[...nops(31), ...call(4)], nops(30)], false],
  [[nops(20), [...call(3), ...call(3), ...nops(20)]], false],
  [[[...POLL, ...nops(99)], [...nops(30), ...call(3)]], true],
  [[call(3)], false],
  [[[...POLL, ...call(3), ...POLL]], true],
  [[call(4), call(5), call(3)], false],
  [[call(4), [...POLL, ...call(5), ...POLL], call(3)], true],
];

Deno.test("checkAdmitted() weighs functions that do not poll with all that they call", () => {
  for (const [others, isAllowed] of SILENT) {
    // Functions 0 and 1 are imported, 2 is that of the code.
    const module = byHand({ imports: [...BOTH, DRAIN, FAIL], others });
    if (isAllowed) checkAdmitted(module);
    else assert(expectFault(module).message.includes("a function does not poll at its entry"));
  }
});

const RECURSION: [others: number[][], isAllowed: boolean][] = [
  [[[...POLL, ...call(3)]], false],
  [[[...POLL, ...call(3), NOP, ...POLL]], false],
  [[[...POLL, ...call(3), ...POLL, ...call(3)]], false],
  [[[...POLL, ...call(4)], [...POLL, ...call(3)]], false],
  [[[...POLL, ...call(4)], [...POLL, ...call(3), ...POLL]], true], // one for each circle will do
  [[[...POLL, ...call(4)], [...POLL, ...call(5)], [...POLL, ...call(3)]], false],
  [[[...POLL, ...call(4), ...call(5)], [...POLL, ...call(5)], [...POLL]], true], // no circle
  // By a short function that does not poll at its entry.
  [[[...POLL, ...call(4)], call(3)], false],
  [[[...POLL, ...call(4)], [...call(3), ...POLL]], true],
];

Deno.test("checkAdmitted() refuses recursion without a poll behind a call", () => {
  for (const [others, isAllowed] of RECURSION) {
    const module = byHand({ imports: [...BOTH, DRAIN, FAIL], others });
    if (isAllowed) checkAdmitted(module);
    else assert(expectFault(module).message.includes("recurse without a poll behind a call"));
  }
});

Deno.test("checkAdmitted() refuses chains of calls that may hold too much work", () => {
  // An end, a call and 64 for it: 66 beside the others.
  const chain = (length: number, instructions: number) =>
    Array.from({ length }, (_, i) => [...POLL, ...call(4 + i), ...nops(instructions - 66)]);
  const check = (others: number[][]) =>
    checkAdmitted(byHand({ imports: [...BOTH, DRAIN, FAIL], others: [...others, []] }));
  check(chain(20, 50_000));
  const fault = assertThrows(() => check(chain(20, 50_001)), AdmissionFault);
  assert(fault.message.includes("too much runs without a poll behind calls"), fault.message);
  const polled = chain(20, 50_001);
  polled[7].splice(POLL.length + 2, 0, ...POLL);
  check(polled);
});

Deno.test("checkAdmitted() unwinds chains and circles of 4,000 functions", () => {
  const levels = 4_000;
  const chain = Array.from({ length: levels }, (_, i) => [...POLL, ...call(2 + i)]); // the one before
  checkAdmitted(byHand({ imports: [...BOTH, DRAIN, FAIL], others: chain }));
  chain[0] = [...POLL, ...call(2 + levels)];
  const { message } = expectFault(byHand({ imports: [...BOTH, DRAIN, FAIL], others: chain }));
  assert(message.includes("recurse without a poll behind a call"), message);
});

Deno.test("checkAdmitted() wants no more than the time that a module's length takes", () => {
  const levels = 2_000; // each calls the next one twice
  const others = Array.from(
    { length: levels },
    (_, i) => i + 1 < levels ? [...call(i + 2), ...call(i + 2)] : [],
  );
  const { message } = expectFault(byHand({ imports: BOTH, others }));
  assert(message.includes("a function does not poll at its entry"), message);
});

Deno.test("checkAdmitted() finds what the gate would not have let through", () => {
  const right = [...POLL, ...LOOP, ...POLL, END];
  checkAdmitted(byHand({ imports: BOTH, code: right, exports: [exportOf("mr_map", 0, 0)] }));
  for (const [message, parts] of FAULTY) {
    const fault = expectFault(byHand(parts));
    assert(fault.message.includes(message), `${fault.message}, not: ${message}`);
  }
});
