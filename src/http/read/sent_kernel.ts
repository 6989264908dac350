import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import type { IntakeOptions } from "../../intake/intake_options.ts";
import { charsetOf } from "../../intake/media_charset.ts";
import type { SentKernel } from "../../kernels/kernel_registry.ts";
import { readSmallBody } from "./small_body.ts";

/** Most bytes of a source and of a module. */
export const KERNEL_BYTES = { source: 64 * 1024, module: 1024 * 1024 } as const;

/** Most bytes of a record that a kernel is tried on. */
export const RECORD_BYTES = 64 * 1024;

/** What a source may be called, the best name first. Tools that know no TypeScript send plain text. */
const SOURCE_MEDIA = [
  "text/typescript",
  "application/typescript",
  "text/x-typescript",
  "application/x-typescript",
  "text/plain",
];

const MODULE_MEDIA = "application/wasm";

const ALLOWED_MEDIA = [SOURCE_MEDIA[0], MODULE_MEDIA];

/**
 * Reads the kernel that a request sends, whole.
 *
 * @throws {JobError} `unsupported_media`, `unknown_charset`, `kernel_too_large`, `empty_body`,
 * `invalid_utf8`, `unknown_transfer_coding`, `read_timeout` or `body_aborted`.
 */
export async function readSentKernel(
  request: Request,
  options: IntakeOptions,
): Promise<SentKernel> {
  const type = request.headers.get("content-type") ?? "";
  const essence = type.split(";", 1)[0].trim().toLowerCase();
  const isSource = SOURCE_MEDIA.includes(essence);
  if (!isSource && essence !== MODULE_MEDIA) throw unsupported(type);
  if (isSource) requireUtf8(type);
  const what = isSource ? "source" : "module";
  const bytes = await readSmallBody(request, options, KERNEL_BYTES[what], (bytes, limit) => {
    const message = `Cannot keep kernel: ${bytes} exceed the limit of ${limit} bytes of a ${what}`;
    return new JobError("kernel_too_large", message, { details: { limit, what } });
  });
  if (bytes.length === 0) {
    throw new JobError("empty_body", "Cannot keep kernel: the request has no body");
  }
  return isSource ? { source: decodeSource(bytes) } : { module: bytes };
}

/** Reads one record, of any media type. @throws {JobError} `body_too_large` and likewise. */
export function readRecord(
  request: Request,
  options: IntakeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return readSmallBody(request, options, RECORD_BYTES, (bytes, limit) => {
    const message = `Cannot try kernel: ${bytes} exceed the limit of ${limit} bytes of a record`;
    return new JobError("body_too_large", message, { details: { limit } });
  });
}

/** @throws {JobError} `unknown_charset`. */
function requireUtf8(type: string): void {
  const charset = charsetOf(type);
  if (charset === undefined || charset === "utf-8") return;
  throw new JobError("unknown_charset", `Cannot read source: it is '${charset}', not UTF-8`, {
    details: { header: "content-type", value: charset, allowed: "utf-8" },
  });
}

/** @throws {JobError} `invalid_utf8`. */
function decodeSource(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new JobError("invalid_utf8", "Cannot read source: it is not UTF-8", { cause });
  }
}

/** Curl calls everything a form unless it is told otherwise. */
function unsupported(type: string): JobError {
  const value = shorten(type);
  return new JobError(
    "unsupported_media",
    `Cannot keep kernel: the body has ${
      value === "" ? "no media type" : `media type '${value}'`
    }; ` +
      `say -H 'content-type: ${SOURCE_MEDIA[0]}' for a source, or ${MODULE_MEDIA} for a module`,
    { details: { header: "content-type", value, allowed: ALLOWED_MEDIA } },
  );
}
