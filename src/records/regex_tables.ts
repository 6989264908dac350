/** A regular expression as the kernel runs it. */
export interface RegexTables {
  /** The tables, whose begin is to stand at a multiple of 8. */
  toBytes(): Uint8Array;
}
