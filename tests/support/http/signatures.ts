import { createHash, createHmac } from "node:crypto";

// AWS Signature Version 4 as the documentation of S3 has it ("Authenticating Requests: Using the
// Authorization Header"), from the side of the store and with none of the code that signs.

/** A secret that a store knows, and where it is. */
export interface Secret {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  region: string;
}

/** How far clocks may differ. */
const SKEW_MS = 15 * 60 * 1000;

/** The code of what is wrong with the signature of a request without a body; undefined if nothing is. */
export function findFault(
  request: Request,
  secret: Secret,
  now: number = Date.now(),
): string | undefined {
  const header = request.headers.get("authorization") ?? "";
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
      .exec(header);
  if (!match) return "AccessDenied";
  const [, accessKeyId, day, region, names, signature] = match;
  const date = request.headers.get("x-amz-date") ?? "";
  if (accessKeyId !== secret.accessKeyId) return "InvalidAccessKeyId";
  if (region !== secret.region) return "AuthorizationHeaderMalformed";
  if ((request.headers.get("x-amz-security-token") ?? undefined) !== secret.sessionToken) {
    return "InvalidToken";
  }
  if (Math.abs(timeOf(date) - now) > SKEW_MS) return "RequestTimeTooSkewed";
  const signed = names.split(";");
  const mustBeSigned = [...request.headers.keys()].filter((name) => name.startsWith("x-amz-"));
  if (!["host", ...mustBeSigned].every((name) => signed.includes(name))) return "AccessDenied";
  const canonical = canonicalRequest(request, signed);
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Uint8Array>(
    (key, part) => hmac(key, part),
    `AWS4${secret.secretAccessKey}`,
  );
  const expected = hmac(key, toSign).toHex();
  return expected === signature ? undefined : "SignatureDoesNotMatch";
}

function canonicalRequest(request: Request, signed: readonly string[]): string {
  const { pathname, search } = new URL(request.url);
  const query = search.slice(1).split("&").filter((pair) => pair !== "").map((pair) => {
    const [name, value = ""] = pair.split("=").map(decodeURIComponent);
    return `${escape(name)}=${escape(value)}`;
  });
  return [
    request.method,
    pathname.split("/").map((part) => escape(decodeURIComponent(part))).join("/"),
    query.sort().join("&"),
    ...signed.map((name) => `${name}:${(request.headers.get(name) ?? "").trim()}`),
    "",
    signed.join(";"),
    request.headers.get("x-amz-content-sha256"),
  ].join("\n");
}

/** All but letters, digits and -._~ is escaped. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function timeOf(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!match) return NaN;
  const [year, month, day, ...time] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, ...time as [number, number, number]);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(text).digest());
}
