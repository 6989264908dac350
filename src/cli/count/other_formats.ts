import { type BinaryFormat, formatNamed } from "../../input/binary_formats.ts";

/** Compressions that the engine leaves to the command line. */
const OTHER_CODINGS = [formatNamed("bzip2"), formatNamed("xz")];

/** Whether a format is undone here and not by the engine. */
export function isOtherCoding(format: BinaryFormat): boolean {
  return OTHER_CODINGS.includes(format);
}

/** How far streams have come that are decoded here: the engine sees their text alone. */
export interface Meter {
  /** Bytes that were read. */
  read: number;
  /** Bytes of text that came of them. */
  decoded: number;
}
