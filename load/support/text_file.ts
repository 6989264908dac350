import { readEnglish } from "./corpora.ts";

/** A file of text. */
export interface TextFile {
  path: string;
  /** What the text is. */
  name: string;
  /** How often the text stands in it. */
  copies: number;
  bytes: number;
}

/**
 * Writes whole copies of the English corpus until there are enough bytes, without byte order marks:
 * they are space for `split` and text for Millrace.
 */
export async function writeText(path: string, leastBytes: number): Promise<TextFile> {
  return await writeEnglish(path, leastBytes, (text) => text);
}

/**
 * Writes the same with spaces and line feeds for all whitespace and controls, so that everybody finds
 * the same words.
 */
export async function writePlainText(path: string, leastBytes: number): Promise<TextFile> {
  return await writeEnglish(
    path,
    leastBytes,
    (text) => text.replaceAll(/[^\S\n]|[^\P{Cc}\n]/gu, " "),
  );
}

async function writeEnglish(
  path: string,
  leastBytes: number,
  change: (text: string) => string,
): Promise<TextFile> {
  const { name, bytes: marked } = await readEnglish();
  const text = change(new TextDecoder().decode(marked).replaceAll("\ufeff", "")) + "\n";
  return { path, name, ...await writeCopies(path, text, leastBytes) };
}

/** Writes whole copies of a text until there are enough bytes. */
export async function writeCopies(
  path: string,
  text: string,
  leastBytes: number,
): Promise<Pick<TextFile, "copies" | "bytes">> {
  const copy = new TextEncoder().encode(text);
  const copies = Math.ceil(leastBytes / copy.length);
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  for (let i = 0; i < copies; i++) await writer.write(copy);
  await writer.close();
  return { copies, bytes: copies * copy.length };
}
