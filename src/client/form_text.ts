// The text of a form (RFC 7578) around what is sent in it: lists of options first, then the parts.

/** Lists of options, by name. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/** What stands before a part's content. */
export interface PartName {
  name: string;
  /** Of a file. */
  filename?: string;
  type?: string;
}

/** Ends a part. */
export const PART_END = "\r\n";

export function formType(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}

/** Lists as files, whose lines nobody changes on their way. */
export function formatLists(boundary: string, lists: Lists): string {
  return Object.entries(lists).map(([name, items]) =>
    beginPart(boundary, { name, filename: name }) + items.join("\n") + PART_END
  ).join("");
}

export function beginPart(boundary: string, { name, filename, type }: PartName): string {
  const file = filename === undefined ? "" : `; filename="${escapeName(filename)}"`;
  const media = type ? `\r\ncontent-type: ${type}` : "";
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}${media}\r\n\r\n`;
}

export function endForm(boundary: string): string {
  return `--${boundary}--\r\n`;
}

/** As browsers escape names in forms (HTML Standard, 4.10.21.8). */
function escapeName(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
