import type { JobError } from "../../contract/problems.ts";
import type { RemoteResponse } from "./exchange.ts";
import { inputError, urlFailed } from "./url_errors.ts";

// What an S3-compatible store says beside objects is XML of a few elements, none of which is nested
// in one of its own name.

/** A thousand keys of the greatest length, escaped, are less. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/** A page of a list of objects. */
export interface ObjectPage {
  keys: string[];
  /** Where the next page begins; undefined on the last. */
  next?: string;
}

/** The text of an answer. @throws {Error} If it breaks off, or is longer than any that is known. */
export async function readAnswer({ body }: Pick<RemoteResponse, "body">): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const block of body) {
    bytes += block.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error("its store's answer is too long");
    text += decoder.decode(block, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Reads a page of ListObjectsV2.
 *
 * @throws {Error} If it is none.
 */
export function parsePage(xml: string): ObjectPage {
  if (!xml.includes("<ListBucketResult")) throw new Error("its store's answer is no list");
  const isEscaped = elementOf(xml, "EncodingType") === "url";
  const decode = (key: string) => isEscaped ? decodeURIComponent(key.replaceAll("+", " ")) : key;
  const keys = Array.from(
    xml.matchAll(/<Contents>(.*?)<\/Contents>/gs),
    ([, each]) => decode(elementOf(each, "Key") ?? ""),
  );
  if (elementOf(xml, "IsTruncated") !== "true") return { keys };
  const next = elementOf(xml, "NextContinuationToken");
  if (next === undefined) throw new Error("its store's list has no end");
  return { keys, next };
}

/** @param name What errors call what was asked for. */
export async function explainAnswer(
  name: string,
  response: RemoteResponse,
  details: Record<string, unknown>,
): Promise<JobError> {
  const { status, headers } = response;
  const xml = await readAnswer(response).catch(() => "");
  const remoteCode = elementOf(xml, "Code");
  const known = { ...details, ...(remoteCode === undefined ? {} : { remoteCode }) };
  const said = remoteCode === undefined ? status : `${status}, ${remoteCode}`;
  const region = headers.get("x-amz-bucket-region") ?? elementOf(xml, "Region");
  const isElsewhere = status === 301 || status === 307 ||
    remoteCode === "AuthorizationHeaderMalformed";
  if (isElsewhere && region) {
    return urlFailed(name, `its bucket is in ${region}: set AWS_REGION to that`, known);
  }
  if (remoteCode === "NoSuchBucket") {
    return inputError("input_not_found", name, "there is no such bucket", known);
  }
  if (status === 404) return inputError("input_not_found", name, "there is no such object", known);
  const isDenied = status === 401 || status === 403 || /Token/.test(remoteCode ?? "");
  if (!isDenied) return urlFailed(name, `its store answers ${said}`, known);
  return inputError("input_denied", name, `its store does not let it be read (${said})`, known);
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

/** The text of the first element of a name; undefined where there is none. */
function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1];
  return text?.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(\w+));/gi,
    (all, hex, digits, word) => {
      if (word !== undefined) return ENTITIES[word] ?? all;
      const codePoint = hex === undefined ? Number(digits) : parseInt(hex, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : all;
    },
  );
}
