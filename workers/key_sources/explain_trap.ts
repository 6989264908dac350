/** What an engine's words for a trap mean to the author of a kernel. */
const TRAPS: Readonly<Record<string, string>> = {
  "divide by zero": "a whole number was divided by 0; compare the divisor with 0 first",
  "divide result unrepresentable": "the smallest whole number has no quotient by -1",
  "float unrepresentable in integer range": "a number was NaN or too large for a whole number",
  "memory access out of bounds":
    "it read or wrote beyond its memory; compare addresses and lengths first",
  "table index is out of bounds": "it called a function that is not there",
  "null function or function signature mismatch": "it called a function that is null",
};

/** What AssemblyScript's library says, and what its caller can do. */
const ADVICE: Readonly<Record<string, string>> = {
  "Index out of range": "compare the index with length first",
  "Key does not exist": "ask map.has(key) before map.get(key)",
  "Invalid length": "a text, an array or a buffer cannot have this length",
  "Element type must be nullable if array is holey": "fill the array from its beginning",
};

/** How the compiler calls the source of a kernel. */
const SOURCE_NAME = "kernel.ts";

/** The memory of an instance. */
interface MemoryUse {
  used: number;
  most: number;
}

/** Says in words for its author why a kernel has trapped. @param message What the engine says. */
export function explainTrap(message: string, { used, most }: MemoryUse): string {
  if (message === "unreachable") {
    return "unreachable: it called unreachable(), or an allocation failed; " +
      `its memory has ${used} of at most ${most} bytes`;
  }
  const meaning = TRAPS[message];
  return meaning ? `${message}: ${meaning}` : message;
}

/**
 * Says in words for its author why a kernel has aborted: by `throw`, `assert` or `abort` of its own,
 * or by a method of the library.
 *
 * @param file Where the call stands; empty if that is not known.
 */
export function explainAbort(message: string, file: string, line: number, column: number): string {
  const what = message || "an assert did not hold, or abort was called";
  if (file === SOURCE_NAME) return `${what} (in line ${line}, column ${column} of the source)`;
  const at = file === "" ? "" : ` at ${file}:${line}:${column}`;
  const advice = ADVICE[message];
  return `${what}${at}${advice ? ` (${advice})` : ""}`;
}
