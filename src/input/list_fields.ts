import { type BodyList, MOST_LIST_BYTES, type OptionLists } from "../contract/body_lists.ts";
import { checkBodyList, saidTwice, tooManyBytes } from "../contract/check_body_list.ts";
import { COUNT_PARAMETERS } from "../contract/options.ts";
import { readLines } from "../contract/parameter_texts.ts";
import type { Blocks } from "./byte_stream.ts";
import { decodeUtf8 } from "./strings.ts";

/** A field of a form whose name is that of a list. */
export interface ListField {
  name: BodyList;
  /** Of a file. */
  filename: string | undefined;
  /** Number of the part. */
  index: number;
}

/**
 * Reads lists of options out of the fields of a form, an item a line. Browsers end the lines of what
 * people have written with CR and LF; a file is as it is.
 */
export class ListFields {
  readonly lists: { -readonly [Name in BodyList]?: OptionLists[Name] } = {};

  /** @throws {JobError} `duplicate_parameter`, `invalid_parameter` or `invalid_utf8`. */
  async read({ name, filename, index: part }: ListField, content: Blocks): Promise<void> {
    if (this.lists[name] !== undefined) throw saidTwice(name, ["one field", "another"]);
    const bytes = await readBytes(name, content);
    const text = decodeUtf8(bytes, "reject", { part, name }).text.replace(/^\ufeff/, "");
    const items = readLines([filename === undefined ? text.replaceAll("\r\n", "\n") : text]);
    checkBodyList(name, items);
    this.lists[name] = items;
  }
}

/** @throws {JobError} `invalid_parameter` if no list that can be used is so long. */
async function readBytes(name: BodyList, content: Blocks): Promise<Uint8Array> {
  const most = MOST_LIST_BYTES + 2 * COUNT_PARAMETERS[name].maxItems; // the ends of its lines
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > most) throw tooManyBytes(name);
    pieces.push(piece.slice()); // its buffer may be large
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
