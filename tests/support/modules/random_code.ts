import type { Random } from "../random.ts";
import { DROP, END, F32, F64, I32, i32, I64, signed, u32, V128 } from "./binary.ts";
import type { Signature } from "./kernel_module.ts";
import { STORES, TYPED } from "./typed_instructions.ts";

export const TYPES = [I32, I64, F32, F64, V128];

/** What the code of a function may name. */
export interface CodeContext {
  /** Types of functions, by index. */
  types: Signature[];
  /** The type of each function. */
  functions: number[];
  /** Types of mutable globals. */
  globals: number[];
  locals: number[];
  results: number[];
}

/** Writes random code that is valid: each expression leaves one value, each statement none. */
export class RandomCode {
  /** Instructions that are still allowed, roughly. */
  #budget: number;
  /** Types that labels want, innermost last; undefined for none. */
  readonly #labels: (number | undefined)[] = [];

  constructor(readonly random: Random, readonly context: CodeContext, size: number) {
    this.#budget = size;
  }

  /** A function's code without its last `end`. */
  function(): number[] {
    const statements = this.#statements();
    return [...statements, ...this.context.results.flatMap((type) => this.#expression(type))];
  }

  #statements(): number[] {
    const code: number[] = [];
    for (let left = this.random.below(6); left > 0 && this.#budget > 0; left--) {
      code.push(...this.#statement());
    }
    return code;
  }

  #statement(): number[] {
    const { random, context } = this;
    this.#budget--;
    switch (random.below(12)) {
      case 0:
        return this.#block([0x02, 0x40]);
      case 1:
      case 2:
        return this.#block([0x03, 0x40]);
      case 3:
        return this.#if();
      case 4:
        return this.#branch();
      case 5:
        return this.#call(random.below(context.functions.length));
      case 6:
        return this.#callIndirect();
      case 7:
      case 8: {
        const { takes, bytes } = random.pick(STORES);
        return [...takes.flatMap((type) => this.#expression(type)), ...bytes];
      }
      case 9:
        return this.#assignment();
      case 10:
        return [...this.#expression(random.pick(TYPES)), DROP];
      default:
        return random.oneIn(6) ? this.#leave() : [0x01];
    }
  }

  /** `return` or `unreachable`: what follows is dead, and valid. */
  #leave(): number[] {
    if (this.random.oneIn(2)) return [0x00];
    return [...this.context.results.flatMap((type) => this.#expression(type)), 0x0f];
  }

  #block(opener: number[], result?: number): number[] {
    // A loop's label wants its parameters, of which there are none.
    this.#labels.push(opener[0] === 0x03 ? undefined : result);
    const code = [...opener, ...this.#statements()];
    if (result !== undefined) code.push(...this.#expression(result));
    this.#labels.pop();
    return [...code, END];
  }

  #if(result?: number): number[] {
    const condition = this.#expression(I32);
    const then = this.#block([0x04, result ?? 0x40], result);
    if (result === undefined && this.random.oneIn(2)) return [...condition, ...then];
    const otherwise = this.#block([0x05], result);
    return [...condition, ...then.slice(0, -1), ...otherwise];
  }

  #branch(): number[] {
    const { random } = this;
    const last = this.#labels.length - 1;
    const labels = this.#labels.map((type, i) => ({ type, label: last - i }));
    if (labels.length === 0) return [0x01];
    const { type, label } = random.pick(labels);
    if (type !== undefined) return [...this.#expression(type), 0x0c, ...u32(label)];
    const plain = labels.filter((one) => one.type === undefined);
    switch (random.below(3)) {
      case 0:
        return [0x0c, ...u32(label)];
      case 1:
        return [...this.#expression(I32), 0x0d, ...u32(label)];
      default: {
        const targets = Array.from(
          { length: random.between(1, 6) },
          () => random.pick(plain).label,
        );
        return [
          ...this.#expression(I32),
          0x0e,
          ...u32(targets.length - 1),
          ...targets.flatMap(u32),
        ];
      }
    }
  }

  #call(index: number): number[] {
    const { parameters, results } = this.context.types[this.context.functions[index]];
    const operands = parameters.flatMap((type) => this.#expression(type));
    return [...operands, 0x10, ...u32(index), ...results.map(() => DROP)];
  }

  #callIndirect(): number[] {
    const type = this.random.below(this.context.types.length);
    const { parameters, results } = this.context.types[type];
    const operands = [...parameters, I32].flatMap((one) => this.#expression(one));
    return [...operands, 0x11, ...u32(type), 0x00, ...results.map(() => DROP)];
  }

  #assignment(): number[] {
    const { random, context } = this;
    const isGlobal = context.locals.length === 0 || random.oneIn(3);
    const of = isGlobal ? context.globals : context.locals;
    if (of.length === 0) return [0x01];
    const index = random.below(of.length);
    const value = this.#expression(of[index]);
    if (isGlobal) return [...value, 0x24, ...u32(index)];
    return random.oneIn(3)
      ? [...value, 0x22, ...u32(index), DROP]
      : [...value, 0x21, ...u32(index)];
  }

  #expression(type: number): number[] {
    const { random } = this;
    this.#budget--;
    if (this.#budget <= 0) return this.#leaf(type);
    switch (random.below(10)) {
      case 0:
        return this.#block([0x02, type], type);
      case 1:
        return this.#block([0x03, type], type);
      case 2:
        return this.#if(type);
      case 3:
        return type === I32 && random.oneIn(3)
          ? [...this.#expression(I32), 0x40, 0x00] // memory.grow
          : this.#leaf(type);
      case 4:
        return [
          ...this.#expression(type),
          ...this.#expression(type),
          ...this.#expression(I32),
          0x1b,
        ];
      case 5:
      case 6:
        return this.#leaf(type);
      default: {
        const { takes, bytes } = random.pick(TYPED[type]);
        return [...takes.flatMap((one) => this.#expression(one)), ...bytes];
      }
    }
  }

  #leaf(type: number): number[] {
    const { random, context } = this;
    const named = (of: number[], opcode: number) =>
      of.flatMap((one, index) => one === type ? [[opcode, ...u32(index)]] : []);
    const names = [...named(context.locals, 0x20), ...named(context.globals, 0x23)];
    return names.length > 0 && random.oneIn(2) ? random.pick(names) : constant(random, type);
  }
}

/** One constant of a type, often an awkward one. */
export function constant(random: Random, type: number): number[] {
  const bytes = (count: number) => Array.from({ length: count }, () => random.below(256));
  const number = random.pick([0, 1, -1, 65_535, 0x7fffffff, -0x80000000, random.below(1000)]);
  switch (type) {
    case I32:
      return i32(number);
    case I64:
      return [0x42, ...signed(random.oneIn(4) ? -(1n << 63n) : number)];
    case F32:
      return [0x43, ...bytes(4)];
    case F64:
      return [0x44, ...bytes(8)];
    default:
      return [0xfd, 0x0c, ...bytes(16)];
  }
}
