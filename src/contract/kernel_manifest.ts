import type { Stats } from "./stats.ts";

/** The type of a kernel's option. `i64` and `f64` are those of WebAssembly. */
export type KernelOptionType = "i32" | "i64" | "f64" | "bool" | "string";

/**
 * The value of a kernel's option. An `i64` beyond the integers that JavaScript holds exactly is the
 * text of its decimal digits.
 */
export type KernelOptionValue = number | boolean | string;

/** An option that a kernel reads: `option.NAME` in a query. */
export interface KernelOption {
  name: string;
  type: KernelOptionType;
  default: KernelOptionValue;
}

/**
 * The type of exact decimals with so many fraction digits, 0 to 18. In records a decimal is an `i64`,
 * a number of units of the last of these digits.
 */
export type DecimalType = `decimal(${number})`;

/** The type of values. `i64` and `f64` are those of WebAssembly. */
export type ValueType = "i64" | "f64" | DecimalType;

/** What becomes of the values of one key; `combine`: what the kernel makes of two of them. */
export type ValueOp = "sum" | "min" | "max" | "count" | "avg" | "combine";

/** What becomes of the texts that are paired with one key: how many different ones there are. */
export type PairOp = "distinct" | "approxDistinct";

/** What a kernel says of itself, in the section `millrace` of its module. */
export interface KernelManifest {
  /** Version of the interface between host and kernel. */
  abi: number;
  name?: string;
  /** What the kernel is called with: `line`, `word`, `paragraph`, `chunk`, `fixed:N`, `csv`, `ndjson`. */
  records: string;
  /** `text` if what the kernel is called with must be UTF-8: it is repaired before, or refused. @default {"bytes"} */
  input?: "text" | "bytes";
  /** How the kernel hands out what it has found. */
  output: "keys" | "windows" | "values" | "pairs";
  /** Type of the values, where `output` is `values`. */
  value?: ValueType;
  /**
   * What becomes of the values of one key, a ValueOp, where `output` is `values`; of what is paired
   * with it, a PairOp, where `output` is `pairs`. @default {"sum", or "distinct"}
   */
  op?: ValueOp | PairOp;
  /**
   * Where `output` is `values`, in place of `value` and `op`: the values are numbers, each with as many
   * fraction digits as it says, of which several things are told. Only kernels of the server have it.
   */
  stats?: Stats;
  /** Of how many parts a key is put together: see compound_keys.ts. Likewise. @default {1} */
  keyParts?: number;
  /**
   * Whether the kernel brings the last part of each key to its last form, which is a word: filters look at
   * that part alone. Likewise. @default {false}
   */
  finishesWords?: boolean;
  /** Whether chunks come with the names of the parts that they are of. Likewise. @default {false} */
  namesParts?: boolean;
  options: readonly KernelOption[];
}

/** The kernel that a client chose, with all of its options: plain data that a store can keep. */
export interface KernelChoice {
  /** SHA-256 of what the client sent, in hexadecimal; or a name of the library. */
  id: string;
  options: Readonly<Record<string, KernelOptionValue>>;
}

/** A kernel in the form in which an engine runs it. */
export interface RunnableKernel {
  id: string;
  /** As the gate admitted it. The same bytes are the same object, as long as they are held. */
  module: Uint8Array<ArrayBuffer>;
  manifest: KernelManifest;
  /** JSON of the options, in UTF-8, as `mr_configure` takes it. */
  options: Uint8Array<ArrayBuffer>;
  /**
   * Whether it is ours: the kernel of records, with a plan for its options. It runs as tokenizers do,
   * without what guards threads from code of clients. @default {false}
   */
  isTrusted?: boolean;
}
