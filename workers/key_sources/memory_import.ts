const IMPORT_SECTION = 2;
const FUNCTION_IMPORT = 0;
const MEMORY_IMPORT = 2;
const HAS_MAXIMUM = 1;
const HEADER_BYTES = 8;

/** Pages of a memory that a module imports. */
export interface MemoryLimits {
  initial: number;
  /** Infinity where the module names none. */
  maximum: number;
}

/**
 * Reads the limits of a module's own memory, the first memory that it imports; those of no page where
 * it imports none.
 *
 * @param binary A valid module.
 * @see https://webassembly.github.io/spec/core/binary/modules.html#import-section
 */
export function readMemoryImport(binary: Uint8Array): MemoryLimits {
  let at = HEADER_BYTES;
  const read = (): number => {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = binary[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte >= 0x80)) return value;
    }
  };
  while (at < binary.length) {
    const id = binary[at++];
    const bytes = read();
    if (id !== IMPORT_SECTION) {
      at += bytes;
      continue;
    }
    for (let left = read(); left > 0; left--) {
      for (let name = 0; name < 2; name++) { // module, then field
        const length = read(); // moves `at`, which `at += read()` would not see
        at += length;
      }
      const kind = binary[at++];
      if (kind === MEMORY_IMPORT) {
        const flags = read();
        const initial = read();
        return { initial, maximum: (flags & HAS_MAXIMUM) !== 0 ? read() : Infinity };
      }
      if (kind !== FUNCTION_IMPORT) break; // a global or a table; the gate puts the memory first
      read(); // index of the function's type
    }
    break;
  }
  return { initial: 0, maximum: Infinity };
}
