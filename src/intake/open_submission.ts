import { ignoreError, own } from "../async/own.ts";
import type { OptionLists } from "../contract/body_lists.ts";
import type { BodyOptions, CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { asksRecords, readQuestion } from "../contract/record_question.ts";
import type { JobInput, SubmitOptions } from "../engine/job_contract.ts";
import { mayBeginChunk } from "../input/aws_line.ts";
import { decodeContent, namesChunks } from "../input/content_coding.ts";
import { Expansion, type ExpansionLimits } from "../input/expansion.ts";
import { kindOfMedia, type MediaKind } from "../input/media_kinds.ts";
import { readMultipart } from "../input/multipart.ts";
import { inTime, type SourceLimits } from "../input/source.ts";
import type { Texts } from "../input/text_series.ts";
import { readCodings } from "./codings.ts";
import { readForm, readFormStream } from "./form_input.ts";
import { createContentLimits, type GiveUp, type IntakeOptions } from "./intake_options.ts";
import { type DocumentOptions, type JsonInput, type OpenUrls, readJson } from "./json_input.ts";
import { charsetOf } from "./media_charset.ts";
import { readNdjson } from "./ndjson_input.ts";
import type { Submission } from "./submission.ts";
import { createUrlOpener } from "./url_opener.ts";

/** What a submission has counted, and the bounds that the engine has to keep. */
export interface OpenedSubmission {
  input: JobInput;
  limits: SourceLimits & Pick<SubmitOptions, "inputBytes">;
  /** The whole of a short text, where the input is one. Awaiting it here costs less than there. */
  short?: Promise<Uint8Array | Texts>;
  /** Options that the content brings, where it may bring some; they are known before its texts. */
  lists?: Promise<OptionLists>;
}

/**
 * Reads what a content brings of options.
 *
 * @param complete What is made of it; if that throws, the rest of the content is given up.
 */
export async function completeWith<T>(
  { input, lists }: OpenedSubmission,
  complete: (lists: OptionLists) => T,
): Promise<T> {
  const brought = await lists ?? {};
  try {
    return complete(brought);
  } catch (error) {
    if (lists && typeof input === "object" && "texts" in input) input.cancel?.(error);
    throw error;
  }
}

/** An input that is read under bounds of its own needs none of the engine's. */
const NO_LIMITS: SourceLimits = Object.freeze({});

/** Contents up to this size are read at once: a stream costs more than it saves them. */
const WHOLE_BYTES = 64 * 1024;

/** What reading a content takes beside the content. */
interface Sources {
  expansion: ExpansionLimits;
  openUrls: OpenUrls;
}

/**
 * Gives the function that makes inputs of submissions: what documents of JSON say, the texts of a
 * form, the text of compressed content, or the content itself, whole when it is small and as it
 * streams in when not. A text that needs no decoding is not wrapped, since that would halve the
 * throughput.
 *
 * The function throws a JobError: `empty_body`, `body_too_large`, `unsupported_media`,
 * `unknown_charset`, `invalid_parameter` or `invalid_multipart`.
 *
 * @param giveUp Takes over contents that are given up. @default {they are cancelled}
 */
export function createSubmissionOpener(
  options: IntakeOptions,
  giveUp?: GiveUp,
): (submission: Submission) => OpenedSubmission {
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const limitsOf = createContentLimits(options, giveUp);
  const expansion = { maxExpandedBytes, maxRatio };
  const sources = {
    none: { expansion, openUrls: createUrlOpener(options, "none") },
    auto: { expansion, openUrls: createUrlOpener(options, "auto") },
  };
  return (submission) => {
    const { mediaType, codings: encoding, length, body: { decompress } } = submission;
    checkLength(length, maxBytes);
    const limits = limitsOf(length);
    const kind = kindOf(mediaType, submission.body, readDocuments(submission.count));
    const isText = decompress === "none" && (kind === undefined || kind === "form");
    // A short text is looked at first, when it is read.
    if (encoding !== undefined || !isText || !isShort(length)) submission.refuseFraming?.();
    const codings = readCodings(encoding, mediaType, submission.body);
    const mayBeChunked = namesChunks(encoding);
    const isPlain = codings.length === 0 && decompress === "none" && !mayBeChunked;
    const mayBeForm = kind === "form";
    // The stream of a short text is never asked for: with it, the text would be read through it.
    if (isPlain && isText && isShort(length)) return takeShort(submission, limits, mayBeForm);
    const body = requireBody(submission);
    if (isPlain && isText) return takeText(submission, body, limits, mayBeForm);
    if (isPlain) return unwrap(body, kind, submission, limits, sources.none);
    const decoding = { codings, decompress, mayBeChunked, expansion: new Expansion(expansion) };
    const decoded = decodeContent(body, decoding, limits);
    return unwrap(decoded, kind, submission, NO_LIMITS, sources[decompress]);
  };
}

/**
 * Refuses a length that its sender has declared.
 *
 * @param maxBytes Most bytes of a content.
 * @throws {JobError} `empty_body`, `body_too_large`.
 */
function checkLength(length: number | undefined, maxBytes = Infinity): void {
  if (length === 0) throw noBody();
  if (length === undefined || length <= maxBytes) return;
  throw new JobError(
    "body_too_large",
    `Cannot accept body: ${length} bytes exceed the limit of ${maxBytes}`,
    { details: { limit: maxBytes, bytes: length } },
  );
}

/** The stream of a content that may have bytes. @throws {JobError} `empty_body`. */
function requireBody({ content: { body } }: Submission): ReadableStream<Uint8Array> {
  if (body === null) throw noBody();
  return body;
}

function noBody(): JobError {
  return new JobError("empty_body", "Cannot count: the request has no body");
}

/** Whether lines of JSON are the text itself, and say nothing of texts. */
function readDocuments(count: CountOptions): boolean {
  return readQuestion(count)?.records === "ndjson";
}

/**
 * @param areText Whether documents of JSON are the text itself.
 * @throws {JobError} `invalid_parameter` if the content cannot be what `form` says.
 */
function kindOf(
  type: string | undefined,
  { form }: BodyOptions,
  areText: boolean,
): MediaKind | undefined {
  if (type === undefined) return form === "true" ? "form" : undefined;
  const said = kindOfMedia(type);
  const kind = areText && (said === "json" || said === "ndjson") ? undefined : said;
  if (form === "auto") return kind;
  if (form === "true" && (kind === "form" || kind === "multipart")) return kind;
  if (form === "false" && kind !== "multipart") return kind === "form" ? undefined : kind;
  throw new JobError(
    "invalid_parameter",
    `Cannot use 'form': a body of type '${type}' is ${form === "true" ? "no form" : "a form"}`,
    { details: { parameter: "form", value: form, header: "content-type" } },
  );
}

/** Whether a content is read whole. */
function isShort(length = 0): boolean {
  return length > 0 && length <= WHOLE_BYTES;
}

/** @param mayBeForm Whether the text is looked at for the fields of a form. */
function takeText(
  { length = 0, body }: Submission,
  stream: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  mayBeForm: boolean,
): OpenedSubmission {
  const isRead = mayBeForm && (length === 0 || body.form === "true");
  if (isRead) return awaited(readFormStream(stream, limits, body));
  return { input: stream, limits: length === 0 ? limits : { ...limits, inputBytes: length } };
}

/** The same for one that is read whole. */
function takeShort(
  submission: Submission,
  limits: SourceLimits,
  mayBeForm: boolean,
): OpenedSubmission {
  const whole = inTime(submission.content.arrayBuffer(), undefined, limits);
  const short = whole.then((buffer) => {
    const bytes = new Uint8Array(buffer);
    // Few texts begin so: looking there first spares the others the look-ups of headers.
    if (mayBeginChunk(bytes)) submission.refuseFraming?.();
    return mayBeForm ? readForm(bytes, submission.body) : bytes;
  });
  own(short, ignoreError); // an engine that refuses the job never looks at its input
  return { input: short, limits, short };
}

/** Takes the text out of what a media type says that it is in. */
function unwrap(
  body: ReadableStream<Uint8Array>,
  kind: MediaKind | undefined,
  submission: Submission,
  limits: SourceLimits,
  { expansion, openUrls }: Sources,
): OpenedSubmission {
  const { mediaType: type = "", body: { form, decompress } } = submission;
  switch (kind) {
    case undefined:
      return { input: body, limits };
    case "multipart": {
      const parts = { decompress, expansion: new Expansion(expansion) };
      const { texts, lists } = readMultipart(body, type, limits, parts);
      return { input: texts, limits: NO_LIMITS, lists };
    }
    case "form":
      return awaited(readFormStream(body, limits, { form }));
    case "json": {
      const content = readJson(body, limits, describeDocument(submission), openUrls);
      const input = content.then(({ input }) => refuseWords(input, submission));
      return { ...awaited(input), lists: quietly(content.then(({ lists }) => lists)) };
    }
    default: {
      const isSequence = kind === "json-seq";
      return awaited(
        readNdjson(body, limits, describeDocument(submission), isSequence)
          .then((input) => refuseWords(input, submission)),
      );
    }
  }
}

function awaited(input: Promise<JsonInput>): OpenedSubmission {
  return { input: quietly(input), limits: NO_LIMITS };
}

/** An engine that refuses the job never looks at its input, and nobody then asks for its lists. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  own(promise, ignoreError);
  return promise;
}

/**
 * Words are keys already, so there is nothing that a kernel could map, and they have no records.
 *
 * @throws {JobError} `invalid_parameter` for words and a kernel, or a question of records.
 */
function refuseWords(input: JsonInput, { kernel, count }: Submission): JsonInput {
  const isWords = typeof input === "object" && (Array.isArray(input) || "words" in input);
  if (!isWords || kernel === undefined && !asksRecords(count)) return input;
  const said = (["key", "by"] as const).find((name) => count[name].length > 0) ?? "tokenizer";
  const parameter = kernel ? "kernel" : said;
  const value = parameter === "kernel" ? kernel?.id : count[parameter];
  const reader = kernel ? "a kernel reads texts" : "records are of texts";
  throw new JobError(
    "invalid_parameter",
    `Cannot use '${parameter}': the body is a list of words, and ${reader}; send them as 'text' ` +
      "or 'texts'",
    { details: { parameter, value, other: "words", allowed: ["words"] } },
  );
}

/** A document is read by its media type's charset, and what it names by that of the options. */
function describeDocument({ mediaType = "", count }: Submission): DocumentOptions {
  return { charset: charsetOf(mediaType) ?? count.charset, invalid: count.invalid };
}
