import { BODY_LISTS, isBodyList, type OptionLists } from "../contract/body_lists.ts";
import { checkBodyList } from "../contract/check_body_list.ts";
import { shorten } from "../contract/parameters.ts";
import type { PresentInput } from "../input/text_input.ts";
import { JobError } from "../contract/problems.ts";
import { Decoder, type DecoderOptions } from "../input/decoder.ts";
import { readAll } from "../input/byte_stream.ts";
import { ByteSource, type SourceLimits } from "../input/source.ts";
import { decodeUtf8, type DocumentReading } from "../input/strings.ts";
import type { Texts } from "../input/text_series.ts";
import { findDuplicateMember, isTooManifold } from "./json_scan.ts";

/** A JSON document is held whole while it is parsed, so it is bounded; text is not. */
const JSON_BYTES = 64 * 1024 * 1024;

/** An object with an array in it, and one for each list: no document that can be used has more. */
const MOST_CONTAINERS = 2 + BODY_LISTS.length;

/** What a JSON document has counted. */
export type JsonInput = PresentInput;

/** What a JSON document says. */
export interface JsonContent {
  input: JsonInput;
  /** Options that it brings. */
  lists: OptionLists;
}

/** Opens the texts behind URLs. */
export type OpenUrls = (urls: readonly string[]) => Texts;

/** How a document's bytes become its text; a byte order mark is never part of it. */
export type DocumentOptions = Pick<DecoderOptions, "charset" | "invalid">;

interface Context {
  document: DocumentReading;
  openUrls: OpenUrls;
}

/** What each member of the document has counted. */
const MEMBERS: Record<string, (value: unknown, name: string, context: Context) => JsonInput> = {
  words: (value, name, { document }) => ({ words: stringsOf(value, name), document }),
  texts: (value, name, { document }) => ({ texts: stringsOf(value, name), document }),
  text: (value, name, { document }) => ({ texts: [stringOf(value, name)], document }),
  urls: (value, name, { openUrls }) => openUrls(urlsOf(stringsOf(value, name))),
  url: (value, name, { openUrls }) => openUrls(urlsOf([stringOf(value, name)])),
};

/**
 * Reads a JSON body: an array of words, each of which is one token, or an object with one member
 * that says what is counted, and perhaps lists of options.
 *
 * @throws {JobError} `invalid_json`, `empty_body`, `body_too_large` beyond JSON_BYTES,
 * `invalid_parameter` for a list, `invalid_utf8` if that is to be rejected, and what Decoder,
 * ByteSource and `openUrls` throw.
 */
export async function readJson(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  options: DocumentOptions,
  openUrls: OpenUrls,
): Promise<JsonContent> {
  const maxBytes = Math.min(limits.maxBytes ?? Infinity, JSON_BYTES);
  const source = new ByteSource(body, { ...limits, maxBytes });
  try {
    const decoder = new Decoder(source, options);
    const bytes = await readAll(decoder);
    const { text, replacements } = decodeUtf8(bytes, options.invalid);
    const document = {
      charset: decoder.charset,
      bomSkipped: decoder.bomSkipped,
      replacements: decoder.replacements + replacements,
    };
    return takeContent(text, { document, openUrls });
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

function takeContent(text: string, context: Context): JsonContent {
  const document = parseJson(text);
  if (Array.isArray(document)) {
    return { input: { words: stringsOf(document), document: context.document }, lists: {} };
  }
  const allowed = [...Object.keys(MEMBERS), ...BODY_LISTS];
  if (typeof document !== "object" || document === null) {
    throw invalid(`it is ${describeJson(document)}, not an array of words or an object`, {
      allowed,
    });
  }
  const twice = findDuplicateMember(text);
  if (twice !== undefined) {
    throw invalid(`it has the member '${shorten(twice)}' twice`, {
      member: shorten(twice),
    });
  }
  const names = Object.keys(document);
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    throw invalid(`it has an unknown member '${shorten(unknown)}'`, {
      member: shorten(unknown),
      allowed,
    });
  }
  const lists = takeLists(document);
  const [name, ...others] = names.filter((each) => Object.hasOwn(MEMBERS, each));
  if (name === undefined || others.length > 0) {
    const count = name === undefined ? 0 : 1 + others.length;
    const what = names.length === count ? "" : " that say what is counted";
    const details = { members: names, allowed: Object.keys(MEMBERS) };
    throw invalid(`it has ${count} members${what}, not one`, details);
  }
  const input = MEMBERS[name]((document as Record<string, unknown>)[name], name, context);
  return { input, lists };
}

function takeLists(document: object): OptionLists {
  const said = Object.entries(document).filter(([name]) => isBodyList(name));
  return Object.fromEntries(said.map(([name, value]) => {
    const items = arrayOfStrings(value, `'${name}' `);
    if (isBodyList(name)) checkBodyList(name, items);
    return [name, items];
  }));
}

/** @param name Of the member; the document itself if there is none. */
function stringsOf(value: unknown, name?: string): readonly string[] {
  const strings = arrayOfStrings(value, name === undefined ? "" : `'${name}' `);
  if (strings.length === 0) throw new JobError("empty_body", "Cannot count: the array is empty");
  return strings;
}

/** @param what Names it in messages. */
function arrayOfStrings(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(`${what}is ${describeJson(value)}, not an array`);
  const index = value.findIndex((item) => typeof item !== "string");
  if (index >= 0) {
    throw invalid(`${what}element ${index} is ${describeJson(value[index])}`, { index });
  }
  return value;
}

function stringOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw invalid(`'${name}' is ${describeJson(value)}, not a string`);
}

/** Refuses strings that are no Unicode text: parsing would make another URL of them. */
function urlsOf(urls: readonly string[]): readonly string[] {
  const index = urls.findIndex((url) => !url.isWellFormed());
  if (index >= 0) throw invalid(`URL ${index} is no Unicode text`, { index });
  return urls;
}

function parseJson(text: string): unknown {
  if (isTooManifold(text, MOST_CONTAINERS)) {
    const reason = `it has more than ${MOST_CONTAINERS} arrays and objects`;
    throw invalid(reason, { limit: MOST_CONTAINERS });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid((cause as Error).message, {}, cause);
  }
}

function invalid(reason: string, details: Record<string, unknown> = {}, cause?: unknown): JobError {
  return new JobError("invalid_json", `Cannot read the JSON body: ${reason}`, {
    cause,
    details,
  });
}

/** What a value of JSON is, with its article. */
export function describeJson(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`.replace("a object", "an object");
}
