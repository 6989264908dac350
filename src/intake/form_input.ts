import { shorten } from "../contract/parameters.ts";
import { JobError } from "../contract/problems.ts";
import { BlockReader, createStream, readWhole } from "../input/byte_stream.ts";
import {
  ALLOWED_FIELDS,
  type FieldRole,
  MOST_VALUE_BYTES,
  roleOfField,
  saysNothing,
} from "../input/form_fields.ts";
import { MOST_PARTS } from "../input/multipart.ts";
import { requireText } from "../input/signatures.ts";
import type { SourceLimits } from "../input/source.ts";
import type { Texts } from "../input/text_series.ts";
import type { BodyOptions } from "../contract/options.ts";

/** Bytes within which a body must end to be taken for a form, unless it is said to be one. */
export const FORM_BYTES = 64 * 1024;
/** A form is held whole while it is read, so it is bounded also where it is said to be one. */
const MOST_FORM_BYTES = 64 * 1024 * 1024;

/** Most fields of a form, as of parts of a multipart one. */
const MOST_FIELDS = MOST_PARTS;

const AND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const BLANK = 0x20;

/** Values of hexadecimal digits, -1 for other bytes. */
const DIGITS = Int8Array.from(
  { length: 256 },
  (_, byte) => "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase()),
);

const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder();

/** What a request says of forms. */
export type FormOptions = Pick<BodyOptions, "form">;

/**
 * The texts of a form, or the bytes where they are none.
 *
 * `curl -d` sends any text as a form, so with `auto` a body is one only if it holds nothing but
 * what a form's serializer writes, and a field `text`.
 *
 * @throws {JobError} `invalid_form`.
 */
export function readForm(bytes: Uint8Array, { form }: FormOptions): Uint8Array | Texts {
  return form === "true" || isForm(bytes) ? readFields(bytes) : bytes;
}

/**
 * As readForm, for a body that streams in: what goes on behind FORM_BYTES is no form, unless it is
 * said to be one.
 *
 * @throws {JobError} Likewise, `body_too_large` beyond MOST_FORM_BYTES for what is said to be a
 * form, and what ByteSource throws.
 */
export async function readFormStream(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  { form }: FormOptions,
): Promise<ReadableStream<Uint8Array> | Texts> {
  if (form === "true") return readFields(await readWhole(body, limits, MOST_FORM_BYTES));
  const reader = new BlockReader(body, limits);
  const cancel = (reason: unknown) => reader.cancel(reason);
  const blocks = reader[Symbol.asyncIterator]();
  const head = new Uint8Array(FORM_BYTES); // blocks may be many, each in a large buffer
  let filled = 0;
  const resume = (...more: Uint8Array[]) =>
    createStream(chain([head.subarray(0, filled), ...more], blocks), cancel);
  try {
    for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
      const block = next.value;
      if (filled + block.length > FORM_BYTES || !isEncoded(block)) return resume(block);
      head.set(block, filled);
      filled += block.length;
    }
    const bytes = head.subarray(0, filled);
    return isForm(bytes) ? readFields(bytes) : resume();
  } catch (error) {
    cancel(error);
    throw error;
  }
}

async function* chain(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  for (const block of head) if (block.length > 0) yield block;
  yield* rest;
}

function isForm(bytes: Uint8Array): boolean {
  if (bytes.length > FORM_BYTES || !isEncoded(bytes) || !hasWholeEscapes(bytes)) return false;
  return fieldsOf(bytes).some(({ name }) => /^text(?:\[|$)/.test(utf8.decode(name)));
}

/** Whether there is nothing but visible ASCII: serializers escape all else. */
function isEncoded(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte > BLANK && byte < 0x7f);
}

function hasWholeEscapes(bytes: Uint8Array): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(latin1.decode(bytes));
}

interface Field {
  name: Uint8Array;
  value: Uint8Array;
}

/** Names and values as bytes (URL standard, application/x-www-form-urlencoded, parsing). */
function* fieldsOf(bytes: Uint8Array): Generator<Field, void, void> {
  for (let start = 0; start <= bytes.length;) {
    const next = bytes.indexOf(AND, start);
    const field = bytes.subarray(start, next < 0 ? bytes.length : next);
    start += field.length + 1;
    if (field.length === 0) continue;
    const equals = field.indexOf(EQUALS);
    const at = equals < 0 ? field.length : equals;
    yield { name: unescape(field.subarray(0, at)), value: unescape(field.subarray(at + 1)) };
  }
}

/** Undoes `+` and `%20`; a `%` before anything but two digits is itself. */
function unescape(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length);
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at];
    if (byte === PLUS) byte = BLANK;
    else if (byte === PERCENT && at + 2 < bytes.length) {
      const [high, low] = [DIGITS[bytes[at + 1]], DIGITS[bytes[at + 2]]];
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        at += 2;
      }
    }
    result[end++] = byte;
  }
  return result.subarray(0, end);
}

/** @throws {JobError} `invalid_form` if there is no text, or a field that must not be lost. */
function readFields(bytes: Uint8Array): Texts {
  const texts: Uint8Array[] = [];
  let charset: string | undefined;
  let fields = 0;
  for (const field of fieldsOf(bytes)) {
    if (++fields > MOST_FIELDS) {
      throw invalid(`it has more than ${MOST_FIELDS} fields`, { limit: MOST_FIELDS });
    }
    const name = utf8.decode(field.name);
    const role = roleOfField(name);
    if (role === "text") texts.push(field.value);
    else if (role === "charset") charset = utf8.decode(field.value).trim() || undefined;
    else refuseLoss(name, role, field.value);
  }
  if (texts.length === 0) {
    requireText(bytes); // no form, but what else?
    throw invalid("it has no field 'text'", { allowed: ALLOWED_FIELDS });
  }
  const label = charset === undefined ? {} : { charset };
  return { texts: texts.map((text) => ({ text, name: "text", ...label })) };
}

function refuseLoss(name: string, role: FieldRole, value: Uint8Array): void {
  const isShort = value.length <= MOST_VALUE_BYTES;
  if (isShort && (role === "button" || saysNothing(name, utf8.decode(value)))) return;
  throw invalid(
    `its field '${shorten(name)}' would be lost; form=false counts the body as it is`,
    { name: shorten(name), allowed: ALLOWED_FIELDS },
  );
}

function invalid(reason: string, details: Record<string, unknown>): JobError {
  return new JobError("invalid_form", `Cannot read the form: ${reason}`, { details });
}
