import {
  buildModule,
  DATA,
  FUNCTION,
  GLOBAL,
  INPUT,
  OPTIONS,
  OUTPUT,
  OUTPUT_BYTES,
  setAt,
} from "./build_module.ts";
import {
  ABOVE,
  ADD,
  AT_LEAST,
  block,
  branch,
  branchIf,
  call,
  type Code,
  constant,
  copyMemory,
  DROP,
  EQUAL,
  EQUALS_ZERO,
  get,
  getGlobal,
  grow,
  load8,
  loop,
  RETURN,
  set,
  setGlobal,
  SHIFT_LEFT,
  store32,
  SUB,
  tee,
  UNREACHABLE,
  when,
} from "./wasm_code.ts";

// Locals of the scanners below.
const BYTES = 0, AT = 1, START = 2, OUT = 3, LENGTH = 4;

const drainOutput: Code = [
  ...[constant(OUTPUT), get(OUT), constant(OUTPUT), SUB, call(FUNCTION.drain)],
  ...[constant(OUTPUT), set(OUT)],
];

/** Calls `emit` with each record in START to AT: one ends at each `separator` and at the end. */
function scan(separator: number, emit: Code): Code {
  return [
    ...[constant(OUTPUT), set(OUT)],
    block(
      loop(
        ...[get(AT), get(BYTES), AT_LEAST, branchIf(1)],
        ...[get(AT), set(START), get(START), setAt],
        block(loop(
          ...[get(AT), get(BYTES), AT_LEAST, branchIf(1)],
          ...[get(AT), constant(INPUT), ADD, load8, constant(separator), EQUAL, branchIf(1)],
          ...[get(AT), constant(1), ADD, set(AT), branch(0)],
        )),
        emit,
        ...[get(AT), constant(1), ADD, set(AT), branch(0)],
      ),
    ),
    drainOutput,
  ];
}

/** Copies the record to the output, and drains that when it is full. */
const emitKey: Code = [
  ...[get(AT), get(START), SUB, tee(LENGTH), get(OUT), ADD, constant(OUTPUT + OUTPUT_BYTES), ABOVE],
  when(drainOutput),
  ...[get(OUT), get(LENGTH), store32],
  ...[get(OUT), constant(4), ADD, get(START), constant(INPUT), ADD, get(LENGTH), copyMemory],
  ...[get(OUT), constant(4), ADD, get(LENGTH), ADD, set(OUT)],
];

/** Drains the record as a window of one slice. */
const emitWindow: Code = [
  ...[get(AT), get(START), SUB, tee(LENGTH), EQUALS_ZERO],
  [0x04, 0x40],
  [0x05], // else
  ...[get(OUT), constant(12), ADD, constant(OUTPUT + OUTPUT_BYTES), ABOVE],
  when(drainOutput),
  ...[get(OUT), get(START), store32],
  ...[get(OUT), constant(4), ADD, constant(1), store32],
  ...[get(OUT), constant(8), ADD, get(LENGTH), constant(16), SHIFT_LEFT, store32],
  ...[get(OUT), constant(12), ADD, set(OUT)],
  [0x0b],
];

const LF = 10;
const LOCALS = 4;

/** Where nothing else of a module is. */
const SECRET = OUTPUT + 2 * OUTPUT_BYTES;

/** Drains one key again and again. */
const drainAlways: Code = [
  ...[constant(OUTPUT), constant(1000), store32],
  loop(constant(OUTPUT), constant(1004), call(FUNCTION.drain), branch(0)),
];

/** Waits in a loop for a while that depends on the chunk alone, some milliseconds for 60 KB. */
const linger = (rounds: number): Code => [
  ...[constant(rounds), set(LENGTH)],
  loop(get(LENGTH), constant(1), SUB, tee(LENGTH), branchIf(0)),
];

/** Modules that tests run, each as the gate would leave it. */
export const MODULES = {
  /** Emits each line. */
  lines: () => buildModule({ locals: LOCALS, map: scan(LF, emitKey) }),
  /** Emits what stands between spaces. */
  words: () => buildModule({ locals: LOCALS, map: scan(32, emitKey) }),
  /** Emits each line that is not empty, as windows. */
  windows: () => buildModule({ locals: LOCALS, map: scan(LF, emitWindow) }),
  /** As `lines`, and each chunk takes so many turns of a loop, 1 or more. */
  slow: (rounds: number) =>
    buildModule({ locals: LOCALS, map: [linger(rounds), scan(LF, emitKey)] }),
  /** Emits the whole chunk as one key. */
  whole: () => buildModule({ map: drainWhole() }),
  /** Drains the chunk as it is: its text is what the kernel emits. */
  passes: () => buildModule({ map: [constant(INPUT), get(0), call(FUNCTION.drain)] }),
  /** Emits the number of chunks that the instance has seen, as one byte. */
  chunks: () =>
    buildModule({
      map: [
        ...[getGlobal(GLOBAL.kept), constant(1), ADD, setGlobal(GLOBAL.kept)],
        ...[constant(OUTPUT), constant(1), store32],
        ...[constant(OUTPUT + 4), getGlobal(GLOBAL.kept), constant(0x40), ADD, store32],
        ...[constant(OUTPUT), constant(5), call(FUNCTION.drain)],
      ],
    }),
  /**
   * Emits what the 16 bytes behind its options hold, puts a secret of 16 bytes there, and emits each
   * line: so it tells what instances before it have left in memory.
   */
  remembers: (secret: string) =>
    buildModule({
      data: secret,
      locals: LOCALS,
      map: [
        ...[constant(OUTPUT), constant(16), store32],
        ...[constant(OUTPUT + 4), constant(SECRET), constant(16), copyMemory],
        ...[constant(SECRET), constant(DATA), constant(16), copyMemory],
        ...[constant(OUTPUT), constant(20), call(FUNCTION.drain)],
        scan(LF, emitKey),
      ],
    }),
  /** Emits its options. */
  options: () =>
    buildModule({
      configure: [
        ...[constant(OPTIONS), get(1), store32],
        ...[constant(OPTIONS + 4), get(0), get(1), copyMemory],
        ...[get(1), constant(4), ADD, setGlobal(GLOBAL.kept)],
      ],
      map: [constant(OPTIONS), getGlobal(GLOBAL.kept), call(FUNCTION.drain)],
    }),
  /** Never comes back. */
  endless: () => buildModule({ map: loop(branch(0)) }),
  /** Never gets as far as to be asked for anything. */
  endlessStart: () => buildModule({ start: loop(branch(0)), map: [] }),
  /** Traps at the nth line from 0 on. */
  traps: (line: number) =>
    buildModule({
      locals: LOCALS,
      map: scan(LF, [
        ...[getGlobal(GLOBAL.kept), constant(line), EQUAL, when(UNREACHABLE)],
        ...[getGlobal(GLOBAL.kept), constant(1), ADD, setGlobal(GLOBAL.kept)],
      ]),
    }),
  /** Says that its record is at a place where no record is. */
  lies: () => buildModule({ map: [constant(-1), setAt, UNREACHABLE] }),
  /** Grows its memory until it cannot. */
  grows: () =>
    buildModule({
      map: loop(constant(1), grow, constant(-1), EQUAL, when(UNREACHABLE), branch(0)),
    }),
  /** Begins with so many pages. */
  large: (pages: number) => buildModule({ map: [], pages }),
  /** Emits without end. */
  emitsAlways: () => buildModule({ map: drainAlways }),
  /** Emits one key of so many bytes. */
  hugeKey: (bytes: number) =>
    buildModule({
      pages: 3,
      map: [
        constant(0),
        constant(bytes),
        store32,
        constant(0),
        constant(bytes + 4),
        call(FUNCTION.drain),
      ],
    }),
  /** Says that it fails. */
  fails: (message: string) =>
    buildModule({
      data: message,
      map: [
        constant(DATA),
        constant(new TextEncoder().encode(message).length),
        call(FUNCTION.fail),
      ],
    }),
  /** Calls itself without end. */
  recurses: () =>
    buildModule({
      helper: [get(0), constant(1), ADD, call(FUNCTION.helper), constant(1), ADD],
      map: [constant(0), call(FUNCTION.helper), DROP],
    }),
  /** Drains so many bytes from an address, whatever stands there: `u32` pairs, the first ones given. */
  drains: (words: readonly number[], bytes: number, address = OUTPUT) =>
    buildModule({
      map: [
        words.map((word, i) => [constant(OUTPUT + 4 * i), constant(word | 0), store32]),
        ...[constant(address), constant(bytes), call(FUNCTION.drain)],
      ],
    }),
  /** Wants its input beyond its memory. */
  reservesNowhere: () => buildModule({ reserve: constant(-64), map: RETURN }),
};

function drainWhole(): Code {
  // The key's length stands right in front of the chunk.
  return [
    ...[constant(INPUT - 4), get(0), store32],
    ...[constant(INPUT - 4), get(0), constant(4), ADD, call(FUNCTION.drain)],
  ];
}
