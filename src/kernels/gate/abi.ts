/** Imports of functions that ABI 1 knows, all optional, by `module.name`, with their types. */
export const ABI_IMPORTS: ReadonlyMap<string, string> = new Map([
  ["env.abort", "i32,i32,i32,i32 -> "],
  ["millrace.drain", "i32,i32 -> "],
  ["millrace.fail", "i32,i32 -> "],
]);

/** What ABI 1 knows of an export. */
export interface AbiExport {
  kind: "function" | "global";
  /** The function's or the global's type. */
  type: string;
  isRequired?: true;
}

/** Exports that stay; the gate drops all others. */
export const ABI_EXPORTS: ReadonlyMap<string, AbiExport> = new Map<string, AbiExport>([
  ["mr_reserve", { kind: "function", type: "i32 -> i32", isRequired: true }],
  ["mr_map", { kind: "function", type: "i32 -> ", isRequired: true }],
  ["mr_configure", { kind: "function", type: "i32,i32 -> " }],
  ["mr_combine", { kind: "function", type: "i32,i32 -> " }],
  ["mr_finish", { kind: "function", type: "i32,i32 -> " }],
  ["mr_at", { kind: "global", type: "mutable i32" }],
]);

/** The custom section that holds the manifest. */
export const MANIFEST_SECTION = "millrace";

/**
 * The poll: traps when the word at the start of memory 1, the leash, is not 0. The load is atomic,
 * so that no engine may hoist it.
 *
 * `i32.const 0; i32.atomic.load memory=1; if; unreachable; end`
 */
export const POLL: Uint8Array = Uint8Array.of(
  0x41,
  0x00,
  0xfe,
  0x10,
  0x42, // aligned to 4 bytes, and an index of a memory follows
  0x01,
  0x00,
  0x04,
  0x40,
  0x00,
  0x0b,
);
