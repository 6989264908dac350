import { encodeKeyRecords } from "../input/key_records.ts";
import type { KeyFolder } from "../kernels/key_folder.ts";
import type { CountOptions } from "../options.ts";

/** The filters of a job as kernels read them. */
export interface EncodedFilters {
  /** UTF-8 of the prefix. */
  prefix: Uint8Array;
  /** Key records: `u32 bytes | key`, unpadded. */
  stopWords: Uint8Array;
}

const encoder = new TextEncoder();
const NONE = new Uint8Array(0);

/** Brings prefix and stop words to the form of final keys, as the job's options make it. */
export function encodeFilters(options: CountOptions, folder: () => KeyFolder): EncodedFilters {
  const { prefix, stopWords } = options;
  return {
    prefix: prefix === "" ? NONE : encoder.encode(toFinalKeys([prefix], options, folder)[0]),
    stopWords: stopWords.length === 0
      ? NONE
      : encodeKeyRecords(toFinalKeys(stopWords, options, folder).map((key) => encoder.encode(key))),
  };
}

/** As the kernel makes final keys of tokens: NFC, then folding, then NFC again. */
function toFinalKeys(
  keys: readonly string[],
  { case: folding, normalization }: CountOptions,
  folder: () => KeyFolder,
): readonly string[] {
  const normalize = (each: readonly string[]) =>
    normalization === "nfc" ? each.map((key) => folder().normalize(key)) : each;
  const normalized = normalize(keys);
  return folding === "fold" ? normalize(normalized.map((key) => folder().fold(key))) : normalized;
}
