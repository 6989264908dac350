import { readEnglish } from "../../support/corpora.ts";

/** The beginning of a text, cut at a space. */
export async function readShortText(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const text = (await readEnglish()).bytes;
  const start = text.length >> 1; // a title page is no English
  return text.slice(start, text.lastIndexOf(0x20, start + bytes));
}
