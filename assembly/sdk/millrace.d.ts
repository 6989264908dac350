// What a kernel can import from "millrace", and the types of AssemblyScript, for editors. A kernel
// is compiled by AssemblyScript, which has less than TypeScript: no closures, no regular
// expressions, no for…of, no any.

declare type bool = boolean;
declare type i8 = number;
declare type i16 = number;
declare type i32 = number;
declare type i64 = number;
declare type u8 = number;
declare type u16 = number;
declare type u32 = number;
declare type u64 = number;
/** An address. */
declare type usize = number;
declare type isize = number;
declare type f32 = number;
declare type f64 = number;

/** The address of an object, or the object at an address. */
declare function changetype<T>(value: unknown): T;
/** Reads a number of type T at an address. */
declare function load<T>(address: usize, offset?: usize): T;
/** Writes a number of type T at an address. */
declare function store<T>(address: usize, value: T, offset?: usize): void;

/** The lesser and the greater of two numbers of one type; `Math.min` and `Math.max` are of doubles. */
declare function min<T extends number>(a: T, b: T): T;
declare function max<T extends number>(a: T, b: T): T;

// What begins with an integer is that integer, or its last bits; 0 is what is none.
declare namespace I32 {
  function parseInt(text: string, radix?: i32): i32;
}
declare namespace I64 {
  function parseInt(text: string, radix?: i32): i64;
}
declare namespace U64 {
  function parseInt(text: string, radix?: i32): u64;
}
declare namespace F64 {
  function parseFloat(text: string): f64;
}

declare module "millrace" {
  /**
   * What a kernel must export is `map`, in one of two forms:
   *
   *     export function map(record: string): void
   *     export function map(record: Chunk): void    // bytes, some ten times as fast
   *
   * It may export what lists call it:
   *
   *     export const name = "log-status";
   *
   * It may export `records`, which says what a record is:
   *
   *     export const records = "line" | "word" | "paragraph" | "chunk" | "csv" | "ndjson" | "fixed:N";
   *
   * `line` is the default. A `chunk` is some hundred KB that end where a line ends. `csv` gives rows
   * (RFC 4180), `ndjson` lines that are not blank, nor of CRs alone.
   *
   * A kernel may emit a value with each of its keys, by `emitValue` and `emitBytesValue`. It may then
   * export what becomes of the values of one key, and their type:
   *
   *     export const op = "sum" | "min" | "max" | "avg" | "count";
   *     export const value = "i64" | "f64" | "decimal(N)";
   *
   * `sum` and `i64` are the defaults. Or it says by functions of its own what becomes of them, whose
   * type is that of the values. `combine` must be associative and commutative, bit for bit; `finish`
   * may be left out:
   *
   *     export function combine(a: i64, b: i64): i64
   *     export function finish(state: i64): i64
   *
   * A kernel may emit another text with each of its keys, by `emitPair` and `emitBytesPair`, and then
   * export how the different texts of one key are counted; `distinct` is the default:
   *
   *     export const op = "distinct" | "approxDistinct";
   *
   * A kernel emits keys alone, or with values, or with texts, and does the same with all of them.
   *
   * It may have options, whose fields are of type i32, i64, f64, bool or string, and begin as
   * literals:
   *
   *     export class Options { field: i32 = 9 }
   *     export const options = new Options();
   *
   * Globals live as long as a job on one thread: use them as a cache, never to sum up.
   * Only `map` may emit: other code runs once in every thread.
   */

  /** Counts a text as a key. An empty one is not counted. */
  export function emit(key: string): void;

  /**
   * Counts some bytes of the input as a key. A kernel that counts in no other way hands over where
   * its keys stand, which is the fastest.
   *
   * @param start Address of the first byte.
   * @param length Bytes; 0 counts nothing.
   */
  export function emitBytes(start: usize, length: i32): void;

  /** Counts a copy of some bytes as a key, wherever they are. */
  export function emitKey(start: usize, length: i32): void;

  /**
   * Emits a text with a value. An empty text emits nothing. Integers of any type are widened to the
   * kernel's type of values; doubles need `export const value = "f64"`, and must be finite.
   *
   * With `export const value = "decimal(2)"` values are exact decimals of 2 fraction digits, or of
   * another number of them, 0 to 18. A value is then a text, as a string or as bytes: `12.34`, `-.5`,
   * `+7`, `1e3`, with spaces around it or without; or an integer, which is a whole number. What is no
   * number, or has more fraction digits than that, or does not fit in 64 bits, ends the job.
   */
  export function emitValue<T extends Value>(key: string, value: T): void;

  /** Texts only where values are decimals. */
  type Value = number | boolean | string | Chunk | null;

  /**
   * Emits a copy of some bytes, wherever they are, with a value.
   *
   * @param start Address of the first byte.
   * @param length Bytes; 0 emits nothing.
   */
  export function emitBytesValue<T extends Value>(
    start: usize,
    length: i32,
    value: T,
  ): void;

  /**
   * Emits a text as a key with another text: counted is how many different texts each key has. An
   * empty key emits nothing; an empty text is one text.
   */
  export function emitPair(key: string, text: string): void;

  /**
   * Emits copies of some bytes, wherever they are, as a key and its text.
   *
   * @param start Address of the key's first byte.
   * @param length Bytes of the key; 0 emits nothing.
   * @param textStart Address of the text's first byte.
   * @param textLength Bytes of the text.
   */
  export function emitBytesPair(
    start: usize,
    length: i32,
    textStart: usize,
    textLength: i32,
  ): void;

  /** Ends the job with a message. */
  export function fail(message: string): never;

  /** Some bytes of the input. Offsets count from its start. */
  export class Chunk {
    /** Address of the first byte. */
    readonly start: usize;
    /** Address behind the last byte. */
    readonly end: usize;
    constructor(start: usize, end: usize);
    get length(): i32;
    /** The byte at an offset. */
    byteAt(offset: i32): u8;
    /** Offset of the first such byte at `from` or behind it, -1 where there is none. */
    indexOf(byte: u8, from?: i32): i32;
    /** The bytes from one offset to another, which are kept within the chunk. */
    slice(from: i32, to?: i32): Chunk;
    /** The bytes as text. */
    toString(): string;
    /** The decimal number that the bytes are, with spaces around it or without; NaN if they are none. */
    toNumber(): f64;
  }

  /** A set of bytes. It never changes. */
  export class ByteClass {
    private constructor();
    /** The bytes of some ASCII characters: `ByteClass.of("a-zA-Z_")`. */
    static of(characters: string): ByteClass;
    /** All bytes but those of some ASCII characters. */
    static not(characters: string): ByteClass;
    has(byte: u8): bool;
  }

  /** What stands between whitespace: a word, as Python's `str.split()` has it. */
  export const WORD: ByteClass;

  /** Walks over the runs of a chunk. */
  export class Runs {
    /** Address of the run in hand. */
    start: usize;
    /** Its bytes. */
    length: i32;
    /** Goes to the next run; false when there is none. */
    next(): bool;
  }

  /** The runs of bytes of a class: `for (const w = runs(chunk, WORD); w.next();) …`. */
  export function runs(chunk: Chunk, set: ByteClass): Runs;

  /** Counts every run of bytes of a class as a key, faster than a loop over `runs`. */
  export function emitRuns(chunk: Chunk, set: ByteClass): void;

  /** A key that is put together from parts. */
  export class Key {
    /** Bytes so far. */
    get length(): i32;
    /** Address of the bytes so far, until more is added. */
    get start(): usize;
    clear(): void;
    add(start: usize, length: i32): void;
    addByte(byte: u8): void;
    addText(text: string): void;
    /** Counts what was put together, and keeps it. */
    emit(): void;
  }

  export namespace json {
    /**
     * The value of a member of the JSON object that a chunk holds: of a string what is between its
     * quotes, escapes as they are written; of others their text. Null if there is no such member,
     * the first where several have the name.
     */
    function find(object: Chunk, name: string): Chunk | null;
  }

  export namespace csv {
    /**
     * A field of a row of CSV, without its quotes; the first is 0. Null if the row has none at this
     * index.
     *
     * @param delimiter A byte. @default {0x2c}
     */
    function field(row: Chunk, index: i32, delimiter?: u8): Chunk | null;
    /**
     * The text of a field of a row of CSV, without its quotes; the first is 0. Empty if the row has
     * none at this index.
     *
     * @param delimiter One character. @default {","}
     */
    function text(row: string, index: i32, delimiter?: string): string;
  }
}
