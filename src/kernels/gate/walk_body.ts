import type { Cursor } from "./cursor.ts";
import type { GateLimits } from "./limits.ts";
import { BlockStack } from "./block_stack.ts";
import { FC_KINDS, FD_KINDS, Kind, PLAIN_KINDS, refusalOf } from "./instructions.ts";
import { isValueType, type ModuleShape, readValueType } from "./module_shape.ts";
import { FC_EFFECTS, FD_EFFECTS, PLAIN_EFFECTS } from "./stack_effects.ts";

/** One function's body in the module that came in. */
export interface WalkedBody {
  start: number;
  end: number;
  /** Where the instructions begin. */
  entry: number;
  /** Where polls belong, ascending, each once; at the entry only where another reason is. */
  polls: number[];
  /** Instructions, the last `end` included. */
  instructions: number;
  /** The functions that it calls, as often as it does. */
  calls: number[];
  /** Where each of these calls ends, and how many locals and operands there are. */
  callEnds: number[];
  callStates: number[];
  /** What counts towards the limit `stateCopies`. */
  stateCopies: number;
  /** Whether it calls functions by the table, so any. */
  callsIndirectly: boolean;
}

/**
 * Decodes a function's body to its end and finds where it has to poll, as far as the body alone
 * tells: behind each `loop` and each call by the table, and before each operation on memory whose
 * time its operands decide.
 *
 * @param cursor Stands at the body's first byte and ends at its last.
 */
export function walkBody(cursor: Cursor, shape: ModuleShape, limits: GateLimits): WalkedBody {
  const start = cursor.at;
  const walker = new BodyWalker(cursor, shape, limits);
  walker.readLocals();
  const entry = cursor.at;
  walker.walk();
  cursor.finish("a function's body");
  return { ...walker.found, start, end: cursor.end, entry };
}

/** Why a function is refused in which the engine copies too many values. */
export function tooManyCopies(limit: number): string {
  const what = "locals and operands times blocks, branches and calls";
  return `${what} of a function exceed the limit of ${limit}`;
}

class BodyWalker {
  readonly found: Omit<WalkedBody, "start" | "end" | "entry"> = {
    polls: [],
    instructions: 0,
    calls: [],
    callEnds: [],
    callStates: [],
    stateCopies: 0,
    callsIndirectly: false,
  };
  #locals: number;
  readonly #blocks: BlockStack;

  constructor(
    readonly cursor: Cursor,
    readonly shape: ModuleShape,
    readonly limits: GateLimits,
  ) {
    const { parameters, results } = shape.types[shape.functions[cursor.functionIndex!]];
    this.#locals = parameters;
    this.#blocks = new BlockStack(Kind.Block, results);
  }

  readLocals(): void {
    const { cursor, limits } = this;
    for (let groups = cursor.u32(); groups > 0; groups--) {
      const start = cursor.at;
      this.#locals += cursor.u32();
      if (this.#locals > limits.locals) {
        cursor.refuse(`${this.#locals} locals exceed the limit of ${limits.locals}`, start);
      }
      readValueType(cursor);
    }
  }

  walk(): void {
    const { cursor } = this;
    const blocks = this.#blocks;
    while (blocks.depth > 0) {
      const start = cursor.at;
      const opcode = cursor.byte();
      this.found.instructions++;
      const kind: Kind = PLAIN_KINDS[opcode];
      blocks.change(PLAIN_EFFECTS[opcode]);
      if (kind === Kind.Plain) continue;
      if (kind === Kind.Refused) cursor.refuse(refusalOf(opcode), start);
      if (kind === Kind.PrefixFc) this.#prefixed(opcode, FC_KINDS, FC_EFFECTS, start);
      else if (kind === Kind.PrefixFd) this.#prefixed(opcode, FD_KINDS, FD_EFFECTS, start);
      else this.#immediates(kind, start);
    }
  }

  #prefixed(prefix: number, kinds: Uint8Array, effects: Int8Array, start: number): void {
    const sub = this.cursor.u32();
    const kind: Kind = kinds[sub] ?? Kind.Refused;
    if (kind === Kind.Refused) this.cursor.refuse(refusalOf(prefix, sub), start);
    this.#blocks.change(effects[sub]);
    if (kind !== Kind.Plain) this.#immediates(kind, start);
  }

  #immediates(kind: Kind, start: number): void {
    const { cursor, shape } = this;
    switch (kind) {
      case Kind.Leave:
        return this.#blocks.leave();
      case Kind.Block:
      case Kind.Loop:
      case Kind.If:
        return this.#enter(kind, start);
      case Kind.Else:
        return this.#else(start);
      case Kind.End:
        return this.#blocks.close();
      case Kind.Branch:
      case Kind.BranchIf:
        cursor.index(this.#blocks.depth, "label");
        this.#copyState(1, start);
        if (kind === Kind.Branch) this.#blocks.leave();
        return;
      case Kind.BranchTable:
        return this.#branchTable(start);
      case Kind.Call:
        return this.#callDirectly(start);
      case Kind.CallIndirect:
        return this.#callIndirect(start);
      case Kind.Local:
        cursor.index(this.#locals, "local");
        return;
      case Kind.Global:
        cursor.index(shape.globals.length, "global");
        return;
      default:
        return this.#memoryOrConstant(kind, start);
    }
  }

  #memoryOrConstant(kind: Kind, start: number): void {
    const { cursor } = this;
    switch (kind) {
      case Kind.Memory:
        return this.#address();
      case Kind.MemoryLane:
        this.#address();
        return this.#lanes(1, 16);
      case Kind.MemorySize:
        return cursor.zero("an instruction names another memory");
      case Kind.I32:
        return cursor.skipSigned(32);
      case Kind.I64:
        return cursor.skipSigned(64);
      case Kind.Bytes4:
        cursor.skip(4);
        return;
      case Kind.Bytes8:
        cursor.skip(8);
        return;
      case Kind.Bytes16:
        cursor.skip(16);
        return;
      case Kind.Lane:
        return this.#lanes(1, 16);
      case Kind.Shuffle:
        return this.#lanes(16, 32);
      case Kind.DataDrop:
        this.#dataSegment(start);
        return;
      default:
        return this.#range(kind, start);
    }
  }

  /** Operations that take the longer, the more memory they are about. */
  #range(kind: Kind, start: number): void {
    const { cursor } = this;
    this.#poll(start);
    switch (kind) {
      case Kind.MemoryInit:
        this.#dataSegment(start);
        break;
      case Kind.MemoryCopy:
        cursor.zero("an instruction names another memory");
        break;
      case Kind.MemoryFill:
      case Kind.MemoryGrow:
        break;
      default:
        cursor.refuse("there is no such instruction", start);
    }
    cursor.zero("an instruction names another memory");
  }

  /** A poll is a branch as well. */
  #poll(at: number): void {
    const { polls } = this.found;
    if (polls.at(-1) === at) return;
    polls.push(at);
    this.#copyState(1, at);
  }

  #enter(kind: Kind, start: number): void {
    const { cursor, limits } = this;
    const [parameters, results] = this.#blockType();
    if (this.#blocks.depth > limits.nesting) {
      cursor.refuse(`more blocks within blocks than the limit of ${limits.nesting}`, start);
    }
    this.#blocks.open(kind, parameters, results);
    this.#copyState(1, start);
    if (kind === Kind.Loop) this.#poll(cursor.at);
  }

  #else(start: number): void {
    if (this.#blocks.kind !== Kind.If) this.cursor.refuse("an else has no if", start);
    this.#blocks.turn(Kind.Else);
  }

  /**
   * Nothing, one value, or the index of a type, which is a signed number of 33 bits.
   *
   * @returns How many parameters and results the block has.
   */
  #blockType(): [parameters: number, results: number] {
    const { cursor, shape } = this;
    const start = cursor.at;
    const first = cursor.byte();
    if (first === 0x40) return [0, 0];
    if (isValueType(first)) return [0, 1];
    let last = first;
    let index = first & 0x7f;
    for (let shift = 7; last >= 0x80; shift += 7) {
      last = cursor.byte();
      if (shift === 28 && last > 0x0f) cursor.refuse("a block's type is not admitted", start);
      index += (last & 0x7f) * 2 ** shift;
    }
    if ((last & 0x40) !== 0) cursor.refuse("a block's type is not admitted", start);
    if (index >= shape.types.length) cursor.refuse(`there is no type ${index}`, start);
    const { parameters, results } = shape.types[index];
    return [parameters, results];
  }

  #branchTable(start: number): void {
    const { cursor, limits } = this;
    const targets = cursor.atMost(limits.branchTargets, "targets of a br_table");
    for (let i = 0; i <= targets; i++) cursor.index(this.#blocks.depth, "label");
    this.#copyState(1, start);
    this.#blocks.leave();
  }

  #call(type: number, start: number): void {
    const { parameters, results } = this.shape.types[type];
    this.#copyState(1 / 8, start);
    this.#blocks.change(-parameters);
    this.#blocks.change(results);
  }

  /** Whether it needs a poll behind it shows when all calls are known. */
  #callDirectly(start: number): void {
    const { cursor, shape, found } = this;
    const callee = cursor.index(shape.functions.length, "function");
    this.#call(shape.functions[callee], start);
    found.calls.push(callee);
    found.callEnds.push(cursor.at);
    found.callStates.push(this.#locals + this.#blocks.operands);
  }

  #callIndirect(start: number): void {
    const { cursor, shape } = this;
    const type = cursor.index(shape.types.length, "type");
    cursor.zero("a call names another table");
    if (!shape.hasTable) cursor.refuse("a call needs a table", start);
    this.found.callsIndirectly = true;
    this.#blocks.change(-1);
    this.#call(type, start);
    this.#poll(cursor.at); // it may recurse
  }

  /** The engine's compiler keeps, at each place where control flow meets, where each value is. */
  #copyState(weight: number, start: number): void {
    const { stateCopies } = this.limits;
    this.found.stateCopies += (this.#locals + this.#blocks.operands) * weight;
    if (this.found.stateCopies > stateCopies) this.cursor.refuse(tooManyCopies(stateCopies), start);
  }

  /** Only 1 to 16 bytes of alignment: a larger number would name another memory. */
  #address(): void {
    const start = this.cursor.at;
    const alignment = this.cursor.u32();
    if (alignment >= 0x40) this.cursor.refuse("an instruction names another memory", start);
    if (alignment > 4) this.cursor.refuse(`an alignment of 2^${alignment} bytes`, start);
    this.cursor.u32();
  }

  #lanes(count: number, limit: number): void {
    for (let i = 0; i < count; i++) {
      const lane = this.cursor.byte();
      if (lane >= limit) this.cursor.refuse(`there is no lane ${lane}`, this.cursor.at - 1);
    }
  }

  #dataSegment(start: number): void {
    const { cursor, shape } = this;
    const segments = shape.dataSegments ??
      cursor.refuse("an operation on a data segment needs the count of segments", start);
    cursor.index(segments, "data segment");
  }
}
